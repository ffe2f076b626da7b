const parts = 6;
const partMs = 10_000;
/** An estimate is good for this long; failures come in storms. */
const estimateAgeMs = 1000;
/** Buckets 2 % wide, from 0.01 ms to beyond an hour. */
const shortestMs = 0.01;
const bucketsPerLog = 1 / Math.log(1.02);
const buckets = 1024;

/** Percentiles that the proxy's decisions ask for; the first one is the median. */
const shares = [0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** What the proxy knows of the service times of the last minute, for its retries and for who left. */
export class ServiceEstimates {
  readonly #parts = Array.from({ length: parts }, () => new Float64Array(buckets));
  #period = 0;
  #estimatesMs: readonly number[] = shares.map(() => 0);
  #estimatedAtMs = -Infinity;

  record(ms: number, nowMs: number): void {
    this.#turn(nowMs);
    const bucket = Math.floor(Math.log(Math.max(ms, shortestMs) / shortestMs) * bucketsPerLog);
    this.#parts[this.#period % parts]![Math.min(bucket, buckets - 1)]!++;
  }

  /** 0 before the first sample. */
  medianMs(nowMs: number): number {
    return this.#estimatesAt(nowMs)[0]!;
  }

  /** What one that has taken `elapsedMs` is thought to need still; 0 when nothing longer is known. */
  residualMs(elapsedMs: number, nowMs: number): number {
    const longer = this.#estimatesAt(nowMs).find((ms) => ms > elapsedMs);
    return longer === undefined ? 0 : longer - elapsedMs;
  }

  #estimatesAt(nowMs: number): readonly number[] {
    if (nowMs - this.#estimatedAtMs >= estimateAgeMs) {
      this.#turn(nowMs);
      this.#estimatedAtMs = nowMs;
      this.#estimatesMs = this.#estimate();
    }
    return this.#estimatesMs;
  }

  #estimate(): number[] {
    let count = 0;
    for (const part of this.#parts) for (const n of part) count += n;
    if (count === 0) return shares.map(() => 0);
    let seen = 0;
    let bucket = -1;
    return shares.map((share) => {
      while (seen < share * count) {
        bucket++;
        for (const part of this.#parts) seen += part[bucket]!;
      }
      return shortestMs * Math.exp((bucket + 0.5) / bucketsPerLog);
    });
  }

  #turn(nowMs: number): void {
    const period = Math.floor(nowMs / partMs);
    const elapsed = Math.min(period - this.#period, parts);
    for (let i = 0; i < elapsed; i++) this.#parts[(period - i) % parts]!.fill(0);
    if (period > this.#period) this.#period = period;
  }
}
