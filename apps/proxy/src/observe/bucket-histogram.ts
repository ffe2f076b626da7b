/** Upper bounds in seconds, up to the ten minutes that some backends take. */
export const latencyBounds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
] as const;

/** A Prometheus histogram over the whole life of the process. */
export class BucketHistogram {
  /** Not cumulative; the last one is +Inf. */
  readonly counts = new Float64Array(latencyBounds.length + 1);
  count = 0;
  sumSeconds = 0;

  record(ms: number): void {
    const seconds = ms / 1000;
    let bucket = 0;
    while (bucket < latencyBounds.length && seconds > (latencyBounds[bucket] as number))
      bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.count += 1;
    this.sumSeconds += seconds;
  }

  /** Both as one. */
  plus(other: BucketHistogram): BucketHistogram {
    const sum = new BucketHistogram();
    for (const { counts, count, sumSeconds } of [this, other]) {
      counts.forEach((value, bucket) => {
        sum.counts[bucket] = (sum.counts[bucket] as number) + value;
      });
      sum.count += count;
      sum.sumSeconds += sumSeconds;
    }
    return sum;
  }
}
