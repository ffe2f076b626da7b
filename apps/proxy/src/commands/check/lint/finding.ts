import type { ListenerSettings } from '../../../config/configuration.ts';
import { type ProxyConfig, proxyOptions } from '../../../config/proxy-options.ts';
import type { Target } from '../../../config/resolve-targets.ts';
import type { Certificate } from '../../../tls/certificate.ts';
import type { StopTimeouts } from '../stop-timeouts.ts';

/** `error`: it cannot work. `warning`: it will hurt under load. `hint`: look whether it is meant. */
export type Severity = 'error' | 'warning' | 'hint';

export interface Finding {
  readonly severity: Severity;
  readonly what: string;
  /** The numbers behind it, by flag or by name. */
  readonly evidence: Readonly<Record<string, string>>;
  /** A flag or a line to copy. */
  readonly remedy: string;
}

/** What the files of one certificate and its key hold, or what is wrong with them. */
export interface ReadCertificate {
  readonly certFile: string;
  readonly certificate: Certificate | null;
  readonly fault: string | null;
}

/** All that rules may look at; they are pure, so the machine is read before. */
export interface LintContext {
  readonly config: ProxyConfig;
  readonly targets: readonly Target[];
  /** Name of the service that this is of; null where there is only one. */
  readonly service: string | null;
  readonly stops: StopTimeouts;
  /** NODE_ENV=production, where the demo backend is refused. */
  readonly production: boolean;
  /** Addresses and names of this machine, in lower case. */
  readonly localNames: readonly string[];
  readonly listeners: readonly ListenerSettings[];
  readonly certificates: readonly ReadCertificate[];
  /** Those that routes name. */
  readonly routeHosts: readonly string[];
  /** In ms since 1970. */
  readonly now: number;
}

export type LintRule = (context: LintContext) => Finding | null;

type Key = keyof ProxyConfig;

/** The named options with their values in force, by flag. */
export function valuesOf(config: ProxyConfig, ...keys: Key[]): Record<string, string> {
  return Object.fromEntries(
    keys.map((key) => [proxyOptions.options[key].flag, formatValue(key, config[key])]),
  );
}

/** `--pool-maxsize 100`, ready to copy. */
export function asFlag<K extends Key>(key: K, value: ProxyConfig[K]): string {
  return `${proxyOptions.options[key].flag} ${formatValue(key, value)}`;
}

function formatValue<K extends Key>(key: K, value: ProxyConfig[K]): string {
  const kind: { format(value: unknown): string } = proxyOptions.options[key].kind;
  return kind.format(value);
}
