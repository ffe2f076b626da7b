import { seededRandom } from '@spillway/core/testing';

/** A seeded source of choices: the same seed plays the same inputs. */
export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return (this.#next() * 2 ** 32) % limit;
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
