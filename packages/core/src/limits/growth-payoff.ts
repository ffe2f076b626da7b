const leastCalls = 8;
/** So far apart, the work done at two limits can be compared; no further is gone before the last one was measured. */
const [leastStep, mostStep] = [1.3, 2.25];
/** More that adds less work than this power of what it adds in flight only waits. */
const leastGain = 0.5;

interface Level {
  readonly limit: number;
  /** Good responses a ms. */
  readonly rate: number;
  readonly calls: number;
}

/**
 * Whether more in flight did more work, level by level: for backends that share their power among all calls, so that none is
 * seen to wait.
 */
export class GrowthPayoff {
  #limit: number;
  #reference: Level | null = null;
  #lastMeasured: number;
  /** Those of the level before are through by then. */
  #from = Number.NaN;
  #startedAt = Number.NaN;
  #calls = 0;

  constructor(limit: number) {
    this.#limit = this.#lastMeasured = limit;
  }

  mayGrowTo(limit: number): number {
    return Math.min(limit, Math.floor(mostStep * this.#lastMeasured));
  }

  /** The limit has moved. `latencyMs`: of a call. */
  moved(limit: number, now: number, latencyMs: number): void {
    if (limit < this.#limit) {
      this.#reference = null;
      this.#lastMeasured = limit;
    }
    this.#limit = limit;
    this.#from = now + latencyMs;
    this.#startedAt = Number.NaN;
    this.#calls = 0;
  }

  /** A good response. `used`: as many were in flight as may be. Where the last steps up did no more work, the limit before them, else 0. */
  add(now: number, used: boolean): number {
    if (Number.isNaN(this.#from)) this.#from = now;
    if (now < this.#from) return 0;
    if (!used || Number.isNaN(this.#startedAt)) {
      this.#startedAt = now;
      this.#calls = 0;
      return 0;
    }
    this.#calls++;
    if (this.#calls < Math.max(leastCalls, this.#limit) || now === this.#startedAt) return 0;
    const calls = this.#calls;
    const level = { limit: this.#limit, rate: calls / (now - this.#startedAt), calls };
    const before = this.#reference;
    if (before !== null && level.limit >= leastStep * before.limit) {
      const more = Math.log(level.limit / before.limit);
      const done = Math.log(level.rate / before.rate);
      const error = Math.sqrt(1 / level.calls + 1 / before.calls);
      if (done + error < leastGain * more) return before.limit;
      // Not known yet: it goes on counting.
      if (done < leastGain * more) return 0;
    }
    this.#startedAt = now;
    this.#calls = 0;
    this.#reference = level;
    this.#lastMeasured = Math.max(this.#lastMeasured, level.limit);
    return 0;
  }
}
