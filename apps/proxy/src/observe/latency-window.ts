import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Percentiles } from '@spillway/contracts';

const parts = 6;
const partMs = 10_000;

/**
 * Latencies of the last minute: six histograms of ten seconds, the oldest cleared in turn. Recorded in
 * whole microseconds, reported in seconds; percentiles come from the merged counts, never averaged.
 */
export class LatencyWindow {
  readonly #parts: RecordableHistogram[] = Array.from({ length: parts }, () => createHistogram());
  #current = 0;
  #periodStart = performance.now();

  record(ms: number): void {
    this.#turn();
    (this.#parts[this.#current] as RecordableHistogram).record(Math.max(1, Math.round(ms * 1000)));
  }

  percentiles(): Percentiles {
    const all = this.#merged();
    if (all.count === 0) return { count: 0, p50: null, p90: null, p95: null, p99: null, max: null };
    const at = (percent: number) => all.percentile(percent) / 1e6;
    return {
      count: all.count,
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      max: all.max / 1e6,
    };
  }

  /** Milliseconds; 0 before the first sample. */
  medianMs(): number {
    const all = this.#merged();
    return all.count === 0 ? 0 : all.percentile(50) / 1000;
  }

  #merged(): RecordableHistogram {
    this.#turn();
    const all = createHistogram();
    for (const part of this.#parts) if (part.count > 0) all.add(part);
    return all;
  }

  /** All elapsed periods are cleared, not only one: an idle hour leaves nothing behind. */
  #turn(): void {
    const now = performance.now();
    if (now - this.#periodStart < partMs) return;
    const elapsed = Math.floor((now - this.#periodStart) / partMs);
    for (let i = 0; i < Math.min(elapsed, parts); i++) {
      this.#current = (this.#current + 1) % parts;
      (this.#parts[this.#current] as RecordableHistogram).reset();
    }
    this.#periodStart += elapsed * partMs;
  }
}
