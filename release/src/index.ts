import {
  ConfigurationError as AnyConfigurationError,
  EmbeddedProxy,
} from '@spillway/proxy/create-proxy';
import type { SpillwayConfiguration } from './configuration.ts';

export type { SpillwayConfiguration } from './configuration.ts';

/** A request that is over. */
export interface FinishedRequest {
  readonly id: string;
  readonly method: string;
  /** As the client sent it. */
  readonly path: string;
  /** What the client got; 499 where it left before. */
  readonly status: number;
  /** How it ended, from the set in docs/outcomes.md: `ok`, `queue_full`, `connection_refused` … */
  readonly outcome: string;
  /** Says more of a failure; empty where there is nothing to say. */
  readonly detail: string;
  readonly service: string;
  /** Empty where it was given to none. */
  readonly target: string;
  readonly attempts: number;
  readonly durationMs: number;
}

export interface SpillwayProxy {
  /** Rejects where the address can't be listened on. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /**
   * Puts another configuration in force, without a request lost; returns the flags of which the new value waits for the
   * next start. Rejects with a ConfigurationError, and changes nothing, where it can't be used.
   */
  reload(configuration: SpillwayConfiguration): Promise<readonly string[]>;
  /** What /proxy-metrics shows (docs/metrics.md); null while it doesn't listen. */
  metrics(): object | null;
  /** Refuses new requests and lets those under way finish, for at most `drain_timeout`; `force` ends them now. */
  close(options?: { readonly force?: boolean }): Promise<void>;
  on(event: 'request', listener: (request: FinishedRequest) => void): this;
  /** A mistake in the proxy itself: report it, with its stack. */
  on(event: 'internalError', listener: (error: unknown) => void): this;
  off(event: 'request', listener: (request: FinishedRequest) => void): this;
  off(event: 'internalError', listener: (error: unknown) => void): this;
}

/** A configuration that can't be used. */
export interface ConfigurationError extends Error {
  /** Each names the thing, where it was given, and the remedy. */
  readonly problems: readonly string[];
}

export const ConfigurationError: new (problems: readonly string[]) => ConfigurationError =
  AnyConfigurationError;

/**
 * The whole proxy in this process. The configuration is what the file holds (docs/configuration.md); neither a file nor
 * the environment is read. Throws a ConfigurationError that names everything that is wrong with it.
 */
export function createProxy(configuration: SpillwayConfiguration): SpillwayProxy {
  return new EmbeddedProxy(configuration) as SpillwayProxy;
}
