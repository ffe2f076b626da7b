import { EventEmitter } from 'node:events';
import type { MetricsSnapshot, Outcome } from '@spillway/contracts';
import { formatProblem, nothingGiven } from '@spillway/options';
import {
  type ConfigurationResolution,
  resolveConfiguration,
} from './config/resolve-configuration.ts';
import type { Steps } from './config/steps.ts';
import { Reloader } from './instance/reloader.ts';
import type { ObservedRequest } from './observe/observed.ts';
import { type RunningProxy, startProxy } from './server/start-proxy.ts';

/** A request that is over. */
export interface FinishedRequest {
  readonly id: string;
  readonly method: string;
  /** As the client sent it. */
  readonly path: string;
  /** What the client got; 499 where it left before. */
  readonly status: number;
  readonly outcome: Outcome;
  /** Says more of a failure; empty where there is nothing to say. */
  readonly detail: string;
  readonly service: string;
  /** Empty where it was given to none. */
  readonly target: string;
  readonly attempts: number;
  readonly durationMs: number;
}

interface EmbeddedProxyEvents {
  request: [FinishedRequest];
  /** A mistake in the proxy itself: to be reported with its stack. */
  internalError: [unknown];
}

/** A configuration that can't be used. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** Each names the thing, where it was given, and the remedy. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** The whole proxy within another program's process: what `proxy start` runs, without its log and signals. */
export class EmbeddedProxy extends EventEmitter<EmbeddedProxyEvents> {
  #resolution: ConfigurationResolution & { readonly ok: true };
  #running: RunningProxy | null = null;

  /** Throws a ConfigurationError that names all that is wrong with it. */
  constructor(configuration: object) {
    super();
    this.#resolution = resolve(configuration);
  }

  /** Rejects where the address can't be listened on. */
  async listen(): Promise<{ readonly host: string; readonly port: number }> {
    if (this.#running !== null) throw new Error('it listens already');
    const running = await startProxy(this.#resolution.configuration);
    this.#running = running;
    const { instance } = running;
    instance.reloader = new Reloader(instance, () => this.#read());
    instance.events.on('request_finished', (exchange) => {
      if (this.listenerCount('request') > 0)
        this.emit('request', recordOf(exchange, instance.wheel.now()));
    });
    instance.events.on('internal_error', (_exchange, error) => this.emit('internalError', error));
    return { host: running.host, port: running.port };
  }

  /**
   * Puts another configuration in force, without a request lost; gives the flags of which the new value waits for the
   * next start. Rejects with a ConfigurationError, and changes nothing, where it can't be used.
   */
  async reload(configuration: object): Promise<readonly string[]> {
    const before = this.#resolution;
    this.#resolution = resolve(configuration);
    const result = await this.#running?.instance.reloader?.reload();
    if (result === undefined) return [];
    if (result.ok) return result.restart;
    this.#resolution = before;
    throw new ConfigurationError(result.problems.map(formatProblem));
  }

  *#read(): Steps<ConfigurationResolution> {
    yield;
    return this.#resolution;
  }

  /** What /proxy-metrics shows; null while it doesn't listen. */
  metrics(): MetricsSnapshot | null {
    return this.#running?.instance.metrics.snapshot() ?? null;
  }

  /** Refuses what is new and lets what is under way finish, for at most `drain_timeout`; `force` ends it all now. */
  async close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    if (force) await running.close();
    else await running.drain();
  }
}

function resolve(configuration: object): ConfigurationResolution & { readonly ok: true } {
  const resolution = resolveConfiguration(nothingGiven, {
    environment: {},
    cwd: process.cwd(),
    file: { name: 'configuration', text: JSON.stringify(configuration, null, 2) },
  });
  if (!resolution.ok) throw new ConfigurationError(resolution.problems.map(formatProblem));
  if (resolution.configuration.services.some(({ targets }) => targets.length === 0)) {
    throw new ConfigurationError(['configuration: there is no target: give "target" a URL']);
  }
  return resolution;
}

function recordOf(exchange: ObservedRequest, now: number): FinishedRequest {
  const { id, method, status, outcome, detail, service, upstream, attempts } = exchange;
  return {
    ...{ id, method, path: exchange.client.target, status, outcome: outcome ?? 'ok', detail },
    ...{ service: service.name, target: upstream, attempts },
    durationMs: now - exchange.receivedAt,
  };
}
