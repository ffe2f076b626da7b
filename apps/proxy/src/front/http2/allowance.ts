import type { TimerWheel } from '@spillway/core';

export interface AllowanceLimits {
  /** So many may come together. */
  readonly burst: number;
  /** So many a second are given back. */
  readonly perSecond: number;
}

/** How often a client may do what it seldom needs (a token bucket). */
export class Allowance {
  readonly #wheel: TimerWheel;
  readonly #limits: AllowanceLimits;
  #left: number;
  #countedAt: number;

  constructor(wheel: TimerWheel, limits: AllowanceLimits) {
    this.#wheel = wheel;
    this.#limits = limits;
    this.#left = limits.burst;
    this.#countedAt = wheel.now();
  }

  /** False: it is used up. */
  take(): boolean {
    const now = this.#wheel.now();
    const { burst, perSecond } = this.#limits;
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond) - 1;
    this.#countedAt = now;
    return this.#left >= 0;
  }
}
