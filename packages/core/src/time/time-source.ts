/**
 * The clock and the only source of native timers, injected so that every decision can be replayed.
 * Instants are milliseconds since some start: monotonic, fractional, never negative.
 */
export interface TimeSource {
  now(): number;
  /** Calls back once after `delayMs`; returns a handle for `clearTimer`. */
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(handle: unknown): void;
  /** Calls back once after everything that has come in already was delivered. */
  afterIo(callback: () => void): void;
}

/** Uniform in [0, 1). */
export type Random = () => number;
