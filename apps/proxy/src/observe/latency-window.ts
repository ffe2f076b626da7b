import { noPercentiles, type Percentiles } from '@spillway/contracts';
import { LogLinearHistogram } from './log-linear-histogram.ts';

const parts = 6;
const partMs = 10_000;

const longestUs = 3_600_000_000;

/** For whoever asks, one after the other. */
const merged = new LogLinearHistogram();

/**
 * Latencies of the last minute: six histograms of ten seconds, the oldest cleared in turn, none before it is needed.
 * Recorded in whole microseconds, reported in seconds; percentiles come from the merged counts, never averaged.
 */
export class LatencyWindow {
  readonly #parts: (LogLinearHistogram | null)[] = Array.from({ length: parts }, () => null);
  #current = 0;
  #periodStart = performance.now();

  record(ms: number): void {
    this.#turn();
    this.#parts[this.#current] ??= new LogLinearHistogram();
    const us = Math.min(longestUs, Math.max(1, Math.round(ms * 1000)));
    (this.#parts[this.#current] as LogLinearHistogram).record(us);
  }

  percentiles(): Percentiles {
    return percentilesOf([this]);
  }

  addTo(histogram: LogLinearHistogram): void {
    this.#turn();
    for (const part of this.#parts) if (part !== null) histogram.add(part);
  }

  /** All elapsed periods are cleared, not only one: an idle hour leaves nothing behind. */
  #turn(): void {
    const now = performance.now();
    if (now - this.#periodStart < partMs) return;
    const elapsed = Math.floor((now - this.#periodStart) / partMs);
    for (let i = 0; i < Math.min(elapsed, parts); i++) {
      this.#current = (this.#current + 1) % parts;
      this.#parts[this.#current]?.reset();
    }
    this.#periodStart += elapsed * partMs;
  }
}

/** Of all windows together. */
export function percentilesOf(windows: readonly LatencyWindow[]): Percentiles {
  merged.reset();
  for (const window of windows) window.addTo(merged);
  const { count } = merged;
  if (count === 0) return noPercentiles;
  const at = (share: number) => merged.percentile(share) / 1e6;
  return {
    count,
    mean: merged.sum / count / 1e6,
    ...{ p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) },
    max: merged.max / 1e6,
  };
}
