import { createHash } from 'node:crypto';
import { type OptionProblem, problem } from '@spillway/options';
import { configInForce } from '../config/config-in-force.ts';
import type { Configuration } from '../config/configuration.ts';
import {
  type ConfigurationChange,
  diffConfigurations,
  routesOf,
} from '../config/diff-configurations.ts';
import { type ProxyConfig, proxyOptions } from '../config/proxy-options.ts';
import type { ConfigurationResolution } from '../config/resolve-configuration.ts';
import { allAtOnce, inSlices, type Steps } from '../config/steps.ts';
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

/** So long requests may wait for a step of it, ms. */
const sliceMs = 1;

/** Reads the configuration anew and puts it in force: all of it, or, where anything is wrong, nothing. */
export class Reloader {
  readonly #instance: Instance;
  readonly #read: () => Steps<ConfigurationResolution>;
  #generation = 1;
  #asked = 0;
  #loadedAt = new Date();
  #digest: string;
  /** The latest that was asked for. */
  #latest: Promise<unknown> = Promise.resolve();

  /** `read`: flags and environment of the start, and the file as it is now. */
  constructor(instance: Instance, read: () => Steps<ConfigurationResolution>) {
    this.#instance = instance;
    this.#read = read;
    this.#digest = allAtOnce(digestOf(instance.configuration));
  }

  /** For /proxy-metrics. */
  get inForce(): { generation: number; loaded_at: string; digest: string } {
    return {
      generation: this.#generation,
      loaded_at: this.#loadedAt.toISOString(),
      digest: this.#digest,
    };
  }

  /** How often it was asked to. */
  get asked(): number {
    return this.#asked;
  }

  /** One after the other; requests are served between the steps. */
  reload(): Promise<ReloadResult> {
    this.#asked += 1;
    const result = this.#latest.then(() => inSlices(this.#reload(), sliceMs));
    this.#latest = result.catch(() => {});
    return result;
  }

  *#reload(): Steps<ReloadResult> {
    if (this.#leaves) return this.#refuse([whileDraining]);
    const resolution = yield* this.#read();
    if (!resolution.ok) return this.#refuse(resolution.problems);
    const before = this.#instance.configuration;
    const restart = untilRestart.filter(
      (key) => resolution.configuration.settings[key] !== before.settings[key],
    );
    const after = keeping(restart, before.settings, resolution.configuration);
    const changes = yield* diffConfigurations(before, after);
    const digest = yield* digestOf(after);
    if (this.#leaves) return this.#refuse([whileDraining]);
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
    this.#digest = digest;
    const flags = restart.map((key) => proxyOptions.options[key].flag);
    this.#instance.events.emit('reloaded', this.#generation, changes, flags);
    return { ok: true, generation: this.#generation, changes, restart: flags };
  }

  get #leaves(): boolean {
    const { draining, leaving } = this.#instance;
    return draining || leaving;
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
function* digestOf(configuration: Configuration): Steps<string> {
  const hash = createHash('sha256').update(textOf(configuration.settings));
  for (const { name, targets, settings } of configuration.services) {
    hash.update(JSON.stringify([name, targets])).update(textOf(settings));
    yield;
  }
  return hash
    .update(JSON.stringify(yield* routesOf(configuration)))
    .digest('hex')
    .slice(0, 12);
}

const textOf = (settings: ProxyConfig): string => JSON.stringify(configInForce(settings));
