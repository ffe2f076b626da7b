import type { Outcome } from '@spillway/contracts';
import type { Second } from './ledger.ts';
import type { Recovery } from './recovery.ts';

/** Milliseconds; null where there is nothing to measure. */
export interface Spread {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What became of the requests that arrived while it was counted: of one group, or of all. */
export interface Tally {
  readonly offered: number;
  readonly good: number;
  /** Of those that are not good: how many were refused, and how many clients left; the rest failed. */
  readonly refused: number;
  readonly left: number;
  /** Requests not answered well, by the last thing that happened to them. */
  readonly notGood: Readonly<Partial<Record<Outcome, number>>>;
  /** Not ended when the simulation was. */
  readonly unfinished: number;
  /** Share of the good answers that had to wait in the proxy's line. */
  readonly waited: number;
  /** Time in the proxy's line, of good answers. */
  readonly waitMs: Spread;
  /** Time until the answer, from the first sending on, of good answers. */
  readonly responseMs: Spread;
  /** Time until a refusal. */
  readonly refusalMs: Spread;
  /** Requests that clients sent, for each that they had. */
  readonly sendsPerRequest: number;
  /** Requests that reached the backend, for each that clients had. */
  readonly upstreamPerRequest: number;
}

export interface SimulationResult {
  /** Requests a second by the clients' rates, and those that the backend can answer well. */
  readonly offeredPerSecond: number;
  readonly capacityPerSecond: number;
  /** The smaller of both, with as many requests as really came. */
  readonly possiblePerSecond: number;
  /** Good answers given a second while it was counted. */
  readonly goodPerSecond: number;
  /** `goodPerSecond` as a share of the possible; may pass 1 by chance, or where a line carries work over. */
  readonly goodShare: number;
  readonly all: Tally;
  readonly groups: Readonly<Record<string, Tally>>;
  /** Requests that the backend served although their clients had left. */
  readonly answeredLate: number;
  /** Share of the workers' time in use, and in use for clients that had left. */
  readonly utilisation: number;
  readonly wasted: number;
  readonly longestQueue: number;
  /** In the backend's own line. */
  readonly longestBackendQueue: number;
  /** Permits at the end; null without a limit. */
  readonly limitAtEnd: number | null;
  readonly breakerOpened: number;
  readonly recoveries: readonly Recovery[];
  /** From the start of the run, warm-up included. */
  readonly seconds: readonly Readonly<Second>[];
}
