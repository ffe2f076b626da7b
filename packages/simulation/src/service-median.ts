const parts = 6;
const partMs = 10_000;
/** An estimate is good for this long; failures come in storms. */
const estimateAgeMs = 1000;
/** Buckets 2 % wide, from 0.01 ms to beyond an hour. */
const shortestMs = 0.01;
const bucketsPerLog = 1 / Math.log(1.02);
const buckets = 1024;

/** The median of the last minute, as the proxy keeps it for its retries. */
export class ServiceMedian {
  readonly #parts = Array.from({ length: parts }, () => new Float64Array(buckets));
  #period = 0;
  #medianMs = 0;
  #medianAtMs = -Infinity;

  record(ms: number, nowMs: number): void {
    this.#turn(nowMs);
    const bucket = Math.floor(Math.log(Math.max(ms, shortestMs) / shortestMs) * bucketsPerLog);
    this.#parts[this.#period % parts]![Math.min(bucket, buckets - 1)]!++;
  }

  /** 0 before the first sample. */
  at(nowMs: number): number {
    if (nowMs - this.#medianAtMs < estimateAgeMs) return this.#medianMs;
    this.#turn(nowMs);
    this.#medianAtMs = nowMs;
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

  #turn(nowMs: number): void {
    const period = Math.floor(nowMs / partMs);
    const elapsed = Math.min(period - this.#period, parts);
    for (let i = 0; i < elapsed; i++) this.#parts[(period - i) % parts]!.fill(0);
    if (period > this.#period) this.#period = period;
  }
}
