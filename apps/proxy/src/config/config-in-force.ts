import type { ValueKind } from '@spillway/options';
import { type ProxyConfig, proxyOptions } from './proxy-options.ts';

interface Shown {
  readonly flag: string;
  readonly kind: Pick<ValueKind<never>, 'toJson'>;
}

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

/** One of them. */
export function optionInForce(config: ProxyConfig, key: keyof ProxyConfig): unknown {
  const { kind }: Shown = proxyOptions.options[key];
  return shownValue(key, config[key], kind);
}

/** Its key in the file. */
export const fileKeyOf = (key: keyof ProxyConfig): string =>
  proxyOptions.options[key].flag.slice(2).replaceAll('-', '_');

function showAll(config: ProxyConfig): Record<string, unknown> {
  const keys = Object.keys(proxyOptions.options) as (keyof ProxyConfig)[];
  return Object.fromEntries(keys.map((key) => [fileKeyOf(key), optionInForce(config, key)]));
}

function shownValue(key: string, value: unknown, kind: Shown['kind']): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return key.endsWith('Ms') ? value / 1000 : value;
  // As in the file, secrets redacted.
  return kind.toJson(value as never);
}
