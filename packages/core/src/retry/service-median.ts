import type { TimeSource } from '../time/time-source.ts';

const parts = 6;
const partMs = 10_000;
/** An estimate is good for this long; failures come in storms. */
const estimateAgeMs = 1000;
/** Buckets 2 % wide, from 0.01 ms to more than an hour. */
const shortestMs = 0.01;
const bucketsPerLog = 1 / Math.log(1.02);
const buckets = 1024;

/** The median time to the first byte of the last minute: what another attempt would take. */
export class ServiceMedian {
  readonly #clock: Pick<TimeSource, 'now'>;
  readonly #parts = Array.from({ length: parts }, () => new Uint32Array(buckets));
  #period: number;
  #medianMs = 0;
  #medianAt = -Infinity;

  constructor(clock: Pick<TimeSource, 'now'>) {
    this.#clock = clock;
    this.#period = Math.floor(clock.now() / partMs);
  }

  record(ms: number): void {
    this.#turn(this.#clock.now());
    const bucket = Math.floor(Math.log(Math.max(ms, shortestMs) / shortestMs) * bucketsPerLog);
    this.#parts[this.#period % parts]![Math.min(bucket, buckets - 1)]!++;
  }

  /** Milliseconds, at most a second old; 0 before the first sample. */
  medianMs(): number {
    const now = this.#clock.now();
    if (now - this.#medianAt < estimateAgeMs) return this.#medianMs;
    this.#turn(now);
    this.#medianAt = now;
    this.#medianMs = this.#median();
    return this.#medianMs;
  }

  #median(): number {
    let count = 0;
    for (const part of this.#parts) for (const n of part) count += n;
    if (count === 0) return 0;
    let seen = 0;
    for (let bucket = 0; ; bucket++) {
      for (const part of this.#parts) seen += part[bucket]!;
      if (2 * seen >= count) return shortestMs * Math.exp((bucket + 0.5) / bucketsPerLog);
    }
  }

  /** All periods that have passed are cleared, not only one: an idle hour leaves nothing behind. */
  #turn(now: number): void {
    const period = Math.floor(now / partMs);
    const elapsed = Math.min(period - this.#period, parts);
    for (let i = 0; i < elapsed; i++) this.#parts[(period - i) % parts]!.fill(0);
    if (period > this.#period) this.#period = period;
  }
}
