import { type ProxyConfig, proxyOptions } from '../cli/proxy-options.ts';

/** The configuration under the names of its file, durations in seconds as the file takes them. */
export function configInForce(config: ProxyConfig): Record<string, unknown> {
  const inForce: Record<string, unknown> = {};
  for (const [key, { flag }] of Object.entries(proxyOptions.options)) {
    const value = config[key as keyof ProxyConfig];
    const isDuration = key.endsWith('Ms') && typeof value === 'number';
    inForce[flag.slice(2).replaceAll('-', '_')] = isDuration ? value / 1000 : value;
  }
  return inForce;
}
