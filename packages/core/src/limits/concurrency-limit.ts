/**
 * What a request's end says about the upstream's capacity. `dropped`: 503, 429 or a timeout of the
 * upstream. `ignored`: nothing, as with a client that left, our own refusal, or any other error: errors
 * are often fast, and a flood of them must not look like a fast upstream.
 */
export type SampleOutcome = 'success' | 'dropped' | 'ignored';

export type LimitReason =
  /** Nothing was known yet: twice or half as many, until it is, and then there. */
  | 'search'
  /** Used, and no slower than with less: more. */
  | 'growth'
  /** The upstream refused or timed out. */
  | 'drops'
  /** Lowered for a moment, to learn how fast the upstream is with less. */
  | 'probe'
  /** The probe did the same work with less: what was above only queued at the upstream. */
  | 'congestion'
  /** The probe did less work: the limit was not to blame, and is back. */
  | 'probe_over'
  /** Latency rose against its long mean (gradient). */
  | 'latency'
  /** The upstream said what it takes. */
  | 'stated';

export interface LimitChange {
  readonly from: number;
  readonly to: number;
  readonly reason: LimitReason;
  /** ms of the clock that the samples come from. */
  readonly at: number;
}

export interface LimitBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Finds how many requests the upstream takes at once; knows nothing of permits. Its clock is the
 * samples': without traffic nothing moves.
 */
export interface ConcurrencyLimit {
  /** Whole, within the bounds. */
  readonly limit: number;
  readonly lastChange: LimitChange | null;
  /** A request that holds a permit goes to the upstream. Returns its name for what follows. */
  onStart?(startedAt: number): number;
  /** It has a good response, which may go on for long. True when `limit` has changed. */
  onFirstByte?(call: number, now: number): boolean;
  /** It ends without one, and its permit is held until then: the upstream may work on. `onSample` follows without `call`. */
  onHeld?(call: number, until: number): void;
  /**
   * A request that held a permit has ended. `inFlight`: permits held, its own included. `flow` (of which the last six bits count)
   * tells traffic of different speed apart, where the caller can; 0 for all is right too. `call`: what `onStart` has returned. True when
   * `limit` has changed. Allocates nothing unless a window ends.
   */
  onSample(
    startedAt: number,
    endedAt: number,
    inFlight: number,
    outcome: SampleOutcome,
    flow?: number,
    call?: number,
  ): boolean;
  /** The upstream states how many it takes: the limit moves there, and never above. Null: no longer. */
  onStatedCapacity(capacity: number | null, now: number): boolean;
}
