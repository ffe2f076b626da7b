import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { noPercentiles, type Percentiles } from '@spillway/contracts';

const parts = 6;
const partMs = 10_000;

const longestUs = 3_600_000_000;
/** Two figures, 1 %: 26 KiB a histogram, and a merge in microseconds; three would take ten times that. */
const range = { lowest: 1, highest: longestUs, figures: 2 };

/**
 * Latencies of the last minute: six histograms of ten seconds, the oldest cleared in turn. Recorded in
 * whole microseconds, reported in seconds; percentiles come from the merged counts, never averaged.
 */
export class LatencyWindow {
  readonly #parts: RecordableHistogram[] = Array.from({ length: parts }, () =>
    createHistogram(range),
  );
  /** Of each part, us: the histogram itself takes a walk through all its buckets to tell its mean. */
  readonly #sums = new Float64Array(parts);
  /** All parts but the current one, merged when it turns; and all of them, merged for who asks. */
  readonly #older = createHistogram(range);
  readonly #all = createHistogram(range);
  #current = 0;
  #periodStart = performance.now();

  record(ms: number): void {
    this.#turn();
    const us = Math.min(longestUs, Math.max(1, Math.round(ms * 1000)));
    (this.#parts[this.#current] as RecordableHistogram).record(us);
    this.#sums[this.#current] = (this.#sums[this.#current] as number) + us;
  }

  percentiles(): Percentiles {
    const all = this.#merged();
    const { count } = all;
    if (count === 0) return noPercentiles;
    const at = (percent: number) => all.percentile(percent) / 1e6;
    return {
      count,
      mean: this.#sums.reduce((sum, part) => sum + part, 0) / count / 1e6,
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      max: all.max / 1e6,
    };
  }

  #merged(): RecordableHistogram {
    this.#turn();
    this.#all.reset();
    this.#all.add(this.#older);
    this.#all.add(this.#parts[this.#current] as RecordableHistogram);
    return this.#all;
  }

  /** All elapsed periods are cleared, not only one: an idle hour leaves nothing behind. */
  #turn(): void {
    const now = performance.now();
    if (now - this.#periodStart < partMs) return;
    const elapsed = Math.floor((now - this.#periodStart) / partMs);
    for (let i = 0; i < Math.min(elapsed, parts); i++) {
      this.#current = (this.#current + 1) % parts;
      (this.#parts[this.#current] as RecordableHistogram).reset();
      this.#sums[this.#current] = 0;
    }
    this.#periodStart += elapsed * partMs;
    this.#older.reset();
    for (const [i, part] of this.#parts.entries()) if (i !== this.#current) this.#older.add(part);
  }
}
