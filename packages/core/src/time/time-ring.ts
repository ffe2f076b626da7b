import { requireWhole } from '../check-number.ts';
import type { TimeSource } from './time-source.ts';

/** Counts over the last while, in `buckets` of `bucketMs`; adding allocates nothing. */
export class TimeRing {
  readonly #time: Pick<TimeSource, 'now'>;
  readonly #bucketMs: number;
  readonly #counts: Float64Array;
  readonly #startedAt: number;
  /** Number of the current bucket since the clock's start. */
  #current: number;

  constructor(options: { bucketMs: number; buckets: number; time: Pick<TimeSource, 'now'> }) {
    const { bucketMs, buckets, time } = options;
    if (!(bucketMs > 0 && bucketMs < Infinity)) {
      throw new RangeError(`bucketMs must be above 0 and finite, not ${bucketMs}`);
    }
    requireWhole('buckets', buckets, 1, 2 ** 20);
    this.#time = time;
    this.#bucketMs = bucketMs;
    this.#counts = new Float64Array(buckets);
    this.#startedAt = time.now();
    this.#current = Math.floor(this.#startedAt / bucketMs);
  }

  add(n = 1): void {
    this.#turnTo(this.#time.now());
    this.#counts[this.#current % this.#counts.length]! += n;
  }

  /** Count of the last `windowMs`, in whole buckets, the current one included; at most the whole ring. */
  sum(windowMs: number): number {
    this.#turnTo(this.#time.now());
    let sum = 0;
    const buckets = this.#bucketsIn(windowMs);
    for (let age = 0; age < buckets && age <= this.#current; age++) {
      sum += this.#counts[(this.#current - age) % this.#counts.length]!;
    }
    return sum;
  }

  /**
   * Per second, over the time that `sum` really covers: the current bucket has only begun, and the ring
   * may be younger than the window. Counts as one bucket at least: a rate over a millisecond is noise.
   */
  rate(windowMs: number): number {
    const now = this.#time.now();
    const intoCurrentMs = now - Math.floor(now / this.#bucketMs) * this.#bucketMs;
    const coveredMs = (this.#bucketsIn(windowMs) - 1) * this.#bucketMs + intoCurrentMs;
    const measuredMs = Math.min(coveredMs, now - this.#startedAt);
    return (this.sum(windowMs) * 1000) / Math.max(measuredMs, this.#bucketMs);
  }

  #bucketsIn(windowMs: number): number {
    if (!(windowMs > 0)) throw new RangeError(`windowMs must be above 0, not ${windowMs}`);
    return Math.min(Math.ceil(windowMs / this.#bucketMs), this.#counts.length);
  }

  /** Clears every bucket that time has passed over, not just the next one. */
  #turnTo(now: number): void {
    const target = Math.floor(now / this.#bucketMs);
    const elapsed = Math.min(target - this.#current, this.#counts.length);
    for (let i = 0; i < elapsed; i++) this.#counts[(target - i) % this.#counts.length] = 0;
    if (target > this.#current) this.#current = target;
  }
}
