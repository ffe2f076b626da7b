import { createHash } from 'node:crypto';
import { type OptionProblem, problem } from '@spillway/options';
import { configInForce } from '../config/config-in-force.ts';
import type { Configuration } from '../config/configuration.ts';
import { type ConfigurationChange, diffConfigurations } from '../config/diff-configurations.ts';
import { type ProxyConfig, proxyOptions } from '../config/proxy-options.ts';
import type { ConfigurationResolution } from '../config/resolve-configuration.ts';
import type { Instance } from './instance.ts';

export type ReloadResult =
  | {
      readonly ok: true;
      readonly generation: number;
      readonly changes: readonly ConfigurationChange[];
      /** Flags of which the new value waits for a restart. */
      readonly restart: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly OptionProblem[] };

/** What was made once at the start: listeners, the log, tracing. */
const untilRestart = [
  ...([
    'host',
    'port',
    'adminHost',
    'adminPort',
    'maxHeaderSizeBytes',
    'halfClose',
    'engine',
  ] as const),
  ...([
    'clientHeaderTimeoutMs',
    'clientIdleTimeoutMs',
    'dnsRefreshMs',
    'recentRequests',
    'watchConfig',
    'pidFile',
  ] as const),
  ...(['logLevel', 'logFormat', 'logFile', 'accessLog', 'otlpEndpoint', 'otlpSample'] as const),
] satisfies readonly (keyof ProxyConfig)[];

/** Reads the configuration anew and puts it in force: all of it, or, where anything is wrong, nothing. */
export class Reloader {
  readonly #instance: Instance;
  readonly #read: () => ConfigurationResolution;
  #generation = 1;
  #loadedAt = new Date();
  #digest: string;

  /** `read`: flags and environment of the start, and the file as it is now. */
  constructor(instance: Instance, read: () => ConfigurationResolution) {
    this.#instance = instance;
    this.#read = read;
    this.#digest = digestOf(instance.configuration);
  }

  /** For /proxy-metrics. */
  get inForce(): { generation: number; loaded_at: string; digest: string } {
    return {
      generation: this.#generation,
      loaded_at: this.#loadedAt.toISOString(),
      digest: this.#digest,
    };
  }

  reload(): ReloadResult {
    const { draining, leaving } = this.#instance;
    if (draining || leaving) return this.#refuse([whileDraining]);
    const resolution = this.#read();
    if (!resolution.ok) return this.#refuse(resolution.problems);
    const before = this.#instance.configuration;
    const restart = untilRestart.filter(
      (key) => resolution.configuration.settings[key] !== before.settings[key],
    );
    const after = keeping(restart, before.settings, resolution.configuration);
    const changes = diffConfigurations(before, after);
    try {
      this.#instance.apply(after);
    } catch (error) {
      // A file that was there a moment ago: what has changed by then changes back.
      this.#instance.apply(before);
      const fault = problem('unreadable_file', 'configuration', String(error));
      return this.#refuse([fault]);
    }
    this.#generation += 1;
    this.#loadedAt = new Date();
    this.#digest = digestOf(after);
    const flags = restart.map((key) => proxyOptions.options[key].flag);
    this.#instance.events.emit('reloaded', this.#generation, changes, flags);
    return { ok: true, generation: this.#generation, changes, restart: flags };
  }

  #refuse(problems: readonly OptionProblem[]): ReloadResult {
    this.#instance.events.emit('reload_refused', problems);
    return { ok: false, problems };
  }
}

const whileDraining = problem(
  'conflict',
  'proxy',
  'it drains: its successor reads the configuration',
);

/** The configuration with the old values of these options everywhere. */
function keeping(
  keys: readonly (keyof ProxyConfig)[],
  old: ProxyConfig,
  configuration: Configuration,
): Configuration {
  if (keys.length === 0) return configuration;
  const kept = Object.fromEntries(keys.map((key) => [key, old[key]]));
  const keep = (settings: ProxyConfig): ProxyConfig => Object.freeze({ ...settings, ...kept });
  return Object.freeze({
    settings: keep(configuration.settings),
    services: configuration.services.map((service) => ({
      ...service,
      settings: keep(service.settings),
    })),
    routes: configuration.routes.map((route) => ({ ...route, settings: keep(route.settings) })),
  });
}

/** The same for two configurations that say the same, in however many proxies; tells nothing of secrets. */
function digestOf({ settings, services, routes }: Configuration): string {
  const said = {
    settings: configInForce(settings),
    services: services.map((service) => ({
      ...service,
      settings: configInForce(service.settings),
    })),
    routes: routes.map(({ where: _, ...route }) => ({
      ...route,
      settings: configInForce(route.settings),
    })),
  };
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 12);
}
