import type { ValueKind } from '@spillway/options';
import { type ProxyConfig, proxyOptions } from './proxy-options.ts';

type Shown = readonly [
  key: string,
  entry: { flag: string; kind: Pick<ValueKind<never>, 'toJson'> },
];

/** Made once of each: whoever watches asks for it again and again. */
const alreadyShown = new WeakMap<ProxyConfig, Record<string, unknown>>();

/** The configuration under the names of its file, durations in seconds as the file takes them, no secrets. */
export function configInForce(config: ProxyConfig): Record<string, unknown> {
  const known = alreadyShown.get(config);
  if (known !== undefined) return known;
  const shown = Object.freeze(showAll(config));
  alreadyShown.set(config, shown);
  return shown;
}

function showAll(config: ProxyConfig): Record<string, unknown> {
  const options: readonly Shown[] = Object.entries(proxyOptions.options);
  return Object.fromEntries(
    options.map(([key, { flag, kind }]) => [
      flag.slice(2).replaceAll('-', '_'),
      shownValue(key, config[key as keyof ProxyConfig], kind),
    ]),
  );
}

function shownValue(key: string, value: unknown, kind: Shown[1]['kind']): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return key.endsWith('Ms') ? value / 1000 : value;
  // As in the file, secrets redacted.
  return kind.toJson(value as never);
}
