import { type ProxyConfig, proxyOptions } from './proxy-options.ts';

type Timeouts = Pick<ProxyConfig, 'readTimeoutMs' | 'firstByteTimeoutMs'>;

/** Which option bounds the silence before a response begins: the read timeout, unless it has a limit of its own. */
export const firstByteOption = ({ readTimeoutMs, firstByteTimeoutMs }: Timeouts) =>
  firstByteTimeoutMs === readTimeoutMs ? 'readTimeoutMs' : 'firstByteTimeoutMs';

/** Its flag, for whoever is told of such a silence. */
export const firstByteFlag = (timeouts: Timeouts): string =>
  proxyOptions.options[firstByteOption(timeouts)].flag;

/** The option that allows the longer silence. */
export const longestSilenceOption = ({ readTimeoutMs, firstByteTimeoutMs }: Timeouts) =>
  firstByteTimeoutMs > readTimeoutMs ? 'firstByteTimeoutMs' : 'readTimeoutMs';

/** For so long an upstream may be silent, whether its response has begun or not, ms. */
export const longestSilenceMs = (timeouts: Timeouts): number =>
  timeouts[longestSilenceOption(timeouts)];
