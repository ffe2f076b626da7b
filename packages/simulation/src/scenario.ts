import type { PriorityClass, ServiceSettings } from '@spillway/core';

/** A distribution of service times, sampled by inversion; those of the scriptable backend fit. */
export interface Distribution {
  readonly meanMs: number;
  /** The time below which a share `p` of the samples lie, 0 <= p < 1. */
  quantileMs(p: number): number;
}

/** Clients of one kind. */
export interface ClientGroup {
  readonly name: string;
  /** New requests a second, re-sent ones not counted. */
  readonly ratePerSecond: number;
  /** What their requests take at the backend; null: as the backend says. */
  readonly service: Distribution | null;
  /** After this without an answer they leave; Infinity: never. */
  readonly patienceMs: number;
  /** How often they send again, at once, what was not answered well. */
  readonly resends: number;
  readonly method: string;
  /** What their path has in common, 0 to 511: the proxy learns how long requests of one kind take. */
  readonly kind: number;
  /** Name of one of the proxy's classes; null: the first one. */
  readonly class: string | null;
  /** In whose name they ask, for the proxy's fairness; null: nobody's. */
  readonly key: string | null;
  /** Whether the proxy knows how long they wait, as by a timeout field. */
  readonly tellsPatience: boolean;
}

/** For a while the world is another: busier, slower, failing, or gone. */
export interface Phase {
  readonly fromMs: number;
  readonly toMs: number;
  /** Factor on all arrival rates. */
  readonly load: number;
  /** Factor on all service times. */
  readonly service: number;
  /** Share of requests that fail, instead of the backend's own; null: no change. */
  readonly failing: number | null;
  /** Connections are refused, and those open break. */
  readonly down: boolean;
}

export interface BackendSettings {
  /** Requests served at once. */
  readonly workers: number;
  /** Requests that wait in its own line; beyond that it answers 503. Infinity: all. */
  readonly queue: number;
  readonly service: Distribution;
  /** Share of requests answered with 503. */
  readonly failing: number;
  /** Whether a failing request takes its full service time or no time at all. */
  readonly errors: 'fast' | 'slow';
  /** What it does with work whose client has left: go on, as most do, or stop. */
  readonly abandon: 'continue' | 'stop';
  /** With more than `at` requests inside, served and waiting, all take longer; null: never. */
  readonly knee: { readonly at: number; readonly slope: number } | null;
}

/** The proxy's options that the simulation knows, by their names there. */
export interface ProxySettings extends ServiceSettings {
  readonly queueTimeoutMs: number;
  readonly requestTimeoutMs: number | null;
  readonly poolMaxsize: number;
  readonly classes: readonly NamedClass[];
}

export interface NamedClass extends PriorityClass {
  readonly name: string;
}

/**
 * What stands before the backend: the proxy; its limit alone, without queue, retries or breaker; or
 * something that forwards whatever comes.
 */
export type Protection = 'proxy' | 'limit' | 'none';

/** All that a run depends on: the same scenario gives the same result. */
export interface Scenario {
  readonly seed: number;
  /** Requests that arrive in this time are counted, the warm-up not among them. */
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly arrivals: 'poisson' | 'even';
  readonly groups: readonly ClientGroup[];
  readonly phases: readonly Phase[];
  readonly backend: BackendSettings;
  readonly protection: Protection;
  readonly proxy: ProxySettings;
}
