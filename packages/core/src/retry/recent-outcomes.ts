import type { TimeSource } from '../time/time-source.ts';

/** What was seen fades to a third in this time. */
const memoryMs = 1000;
/** So many good responses, and such a share of all, show that the trouble is not everybody's. */
const [leastGood, leastShare] = [2, 0.2];

/** How other attempts fare at the moment: whether another one, soon, is likely to do better. Allocates nothing. */
export class RecentOutcomes {
  readonly #clock: Pick<TimeSource, 'now'>;
  /** Number of good ones and of all; the instant at which that held. */
  readonly #seen = new Float64Array(3);

  constructor(clock: Pick<TimeSource, 'now'>) {
    this.#clock = clock;
  }

  add(good: boolean): void {
    this.#fade();
    if (good) this.#seen[0]!++;
    this.#seen[1]!++;
  }

  get othersSucceed(): boolean {
    this.#fade();
    const good = this.#seen[0]!;
    return good >= leastGood && good >= leastShare * this.#seen[1]!;
  }

  #fade(): void {
    const now = this.#clock.now();
    const kept = Math.exp((this.#seen[2]! - now) / memoryMs);
    this.#seen[0]! *= kept;
    this.#seen[1]! *= kept;
    this.#seen[2] = now;
  }
}
