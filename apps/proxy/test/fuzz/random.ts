/** A seeded source of choices (mulberry32): the same seed plays the same inputs. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(things: readonly T[]): T {
    return things[this.below(things.length)] as T;
  }
}

/** `FUZZ_SEED` to play a failed run again, `FUZZ_RUNS` for a longer one. */
export const seedOf = (fallback: number): number => Number(process.env.FUZZ_SEED ?? fallback);
export const runsOf = (fallback: number): number => Number(process.env.FUZZ_RUNS ?? fallback);
