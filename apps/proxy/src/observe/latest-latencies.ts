import type { Percentiles } from '@spillway/contracts';

/** As many as fifty a minute come in five minutes: with more, a minute tells enough. */
const size = 256;

/** The latest latencies and when they came, for answers so rare that a minute has hardly any. */
export class LatestLatencies {
  readonly #ms = new Float64Array(size);
  readonly #at = new Float64Array(size);
  #recorded = 0;

  record(ms: number, at: number): void {
    const place = this.#recorded++ % size;
    this.#ms[place] = ms;
    this.#at[place] = at;
  }

  /** Of the newest so many, as far as there are: mean, and when the first of them came; null before any. */
  newest(count: number): { meanMs: number; since: number } | null {
    const known = Math.min(count, this.#recorded, size);
    if (known === 0) return null;
    let sum = 0;
    for (let back = 1; back <= known; back++) sum += this.#ms[this.#place(back)] as number;
    return { meanMs: sum / known, since: this.#at[this.#place(known)] as number };
  }

  /** Of those that came since then, in seconds; null while there are none. */
  percentiles(since: number): Percentiles | null {
    const all = this.#since(since);
    const count = all.length;
    if (count === 0) return null;
    const at = (share: number) => (all[Math.ceil(share * count) - 1] as number) / 1000;
    return {
      count,
      mean: all.reduce((sum, ms) => sum + ms, 0) / count / 1000,
      ...{ p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) },
    };
  }

  /** Sorted. */
  #since(since: number): Float64Array {
    let known = 0;
    const most = Math.min(this.#recorded, size);
    while (known < most && (this.#at[this.#place(known + 1)] as number) >= since) known += 1;
    return Float64Array.from(
      { length: known },
      (_, i) => this.#ms[this.#place(i + 1)] as number,
    ).sort();
  }

  #place(back: number): number {
    return (this.#recorded - back) % size;
  }
}
