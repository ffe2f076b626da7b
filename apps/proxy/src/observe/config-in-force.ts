import { redacted } from '@spillway/options';
import { type ProxyConfig, proxyOptions } from '../cli/proxy-options.ts';

type Shown = readonly [key: string, entry: { flag: string; kind: { secret?: true } }];

/** The configuration under the names of its file, durations in seconds as the file takes them, no secrets. */
export function configInForce(config: ProxyConfig): Record<string, unknown> {
  const options: readonly Shown[] = Object.entries(proxyOptions.options);
  return Object.fromEntries(
    options.map(([key, { flag, kind }]) => [
      flag.slice(2).replaceAll('-', '_'),
      shownValue(key, config[key as keyof ProxyConfig], kind.secret === true),
    ]),
  );
}

function shownValue(key: string, value: unknown, isSecret: boolean): unknown {
  if (isSecret && value !== null) return redacted;
  return key.endsWith('Ms') && typeof value === 'number' ? value / 1000 : value;
}
