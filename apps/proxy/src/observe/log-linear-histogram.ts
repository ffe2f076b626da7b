/** Steps an octave: a value is known to 0.8 %. */
const stepBits = 7;
const steps = 2 ** stepBits;
/** Values below 2^32. */
const buckets = (32 - stepBits + 1) * steps;

/**
 * Counts of whole numbers up to 2^32 - 1 in steps that grow with the value, as HdrHistogram's do. Plain arrays instead of
 * node's histograms: those cross into C++ at each record, which costs several times as much.
 */
export class LogLinearHistogram {
  count = 0;
  /** Of the recorded values, exact. */
  sum = 0;
  max = 0;
  readonly #counts = new Uint32Array(buckets);

  record(value: number): void {
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  add(other: LogLinearHistogram): void {
    if (other.count === 0) return;
    const [mine, theirs] = [this.#counts, other.#counts];
    for (let i = 0; i < buckets; i++) mine[i] = (mine[i] as number) + (theirs[i] as number);
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
  }

  reset(): void {
    if (this.count === 0) return;
    this.#counts.fill(0);
    this.count = 0;
    this.sum = 0;
    this.max = 0;
  }

  /** The value that this share (0 to 1) of all are at or below; 0 without any. */
  percentile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let i = 0; i < buckets; i++) {
      seen += this.#counts[i] as number;
      if (seen >= rank) return Math.min(this.max, middleOf(i));
    }
    return 0;
  }
}

function bucketOf(value: number): number {
  const whole = value >>> 0;
  if (whole < steps) return whole;
  const exponent = 31 - Math.clz32(whole);
  const step = (whole >>> (exponent - stepBits)) & (steps - 1);
  return (exponent - stepBits + 1) * steps + step;
}

function middleOf(bucket: number): number {
  if (bucket < steps) return bucket;
  const octave = Math.floor(bucket / steps);
  const width = 2 ** (octave - 1);
  return (steps + (bucket % steps)) * width + (width - 1) / 2;
}
