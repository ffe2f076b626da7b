/** Enough to believe the mean, and as many as it remembers. */
const enough = 8;
const remembered = 32;
/** By chance alone, exponential gaps exceed five times their mean in 0.7 % of cases. */
const stallFactor = 5;

/**
 * How often a line is served: the mean time between two services while somebody waits in it. Measured, so
 * that it holds for mixed calls, for shares of a limit and for backends that queue themselves.
 */
export class DrainGap {
  #meanMs = 0;
  #samples = 0;
  /** The last service, or the line's start; -1 while nobody waits. */
  #lastAt = -1;

  get known(): boolean {
    return this.#samples >= enough;
  }

  get meanMs(): number {
    return this.#meanMs;
  }

  /** Somebody waits now. What was measured in an earlier line weighs less than what comes. */
  start(now: number): void {
    if (this.#lastAt >= 0) return;
    this.#lastAt = now;
    this.#samples = Math.min(this.#samples, enough);
  }

  served(now: number): void {
    if (this.#lastAt < 0) return;
    this.#samples = Math.min(this.#samples + 1, remembered);
    this.#meanMs += (now - this.#lastAt - this.#meanMs) / this.#samples;
    this.#lastAt = now;
  }

  /** The line has not stood still, though nobody was served: the gap is measured from now on. */
  resume(now: number): void {
    if (this.#lastAt >= 0) this.#lastAt = now;
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#lastAt = -1;
  }

  /** It is measured anew. */
  forget(): void {
    this.#samples = 0;
    this.#meanMs = 0;
  }

  /** At another limit, permits come back at another pace. */
  scale(factor: number): void {
    this.#meanMs *= factor;
  }

  /** What to expect now; grows while the line stands still, so that a hung backend is noticed. */
  expectedMs(now: number): number {
    if (this.#lastAt < 0) return this.#meanMs;
    return Math.max(this.#meanMs, (now - this.#lastAt) / stallFactor);
  }
}
