import { requireAtLeast, requireWhole } from '../check-number.ts';
import { TimeRing } from '../time/time-ring.ts';
import type { TimeSource } from '../time/time-source.ts';

export interface RateOptions {
  /** Above 0, at most 1: from here on it is too much. */
  share: number;
  /** How far back calls count, ms. */
  windowMs: number;
  /** With fewer calls in the window the share says nothing. */
  minimumCalls: number;
}

const buckets = 10;

/** Which share of the latest calls was bad. */
export class RateWindow {
  readonly #options: RateOptions;
  readonly #time: Pick<TimeSource, 'now'>;
  #calls: TimeRing;
  #bad: TimeRing;

  constructor(options: RateOptions, time: Pick<TimeSource, 'now'>) {
    requireAtLeast('share', options.share, Number.MIN_VALUE);
    requireAtLeast('1 - share', 1 - options.share, 0);
    requireAtLeast('windowMs', options.windowMs, buckets);
    requireWhole('minimumCalls', options.minimumCalls, 1, Number.MAX_SAFE_INTEGER);
    this.#options = options;
    this.#time = time;
    [this.#calls, this.#bad] = this.#rings();
  }

  addGood(): void {
    this.#calls.add();
  }

  /** True when it is too much now. */
  addBad(): boolean {
    this.#calls.add();
    this.#bad.add();
    const { share, windowMs, minimumCalls } = this.#options;
    const calls = this.#calls.sum(windowMs);
    return calls >= minimumCalls && this.#bad.sum(windowMs) >= share * calls;
  }

  reset(): void {
    [this.#calls, this.#bad] = this.#rings();
  }

  #rings(): [TimeRing, TimeRing] {
    const options = { bucketMs: this.#options.windowMs / buckets, buckets, time: this.#time };
    return [new TimeRing(options), new TimeRing(options)];
  }
}
