import type { Histogram } from 'hdr-histogram-js';
import { recordedValues } from '../record/histogram.ts';

export interface LatencyBar {
  /** Seconds; the bar holds what is above `from` and not above `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * A histogram in at most so many bars whose widths grow by one factor: a tail hundred times as long
 * as the rest neither hides the rest in one bar nor vanishes.
 */
export function latencyBars(histogram: Histogram, most: number): LatencyBar[] {
  const { totalCount } = histogram;
  if (totalCount === 0) return [];
  const low = Math.max(1, histogram.getValueAtPercentile(0) - 1);
  const high = Math.max(low + 1, histogram.maxValue);
  // Bars below 1 % in width would tell the histogram's own steps apart.
  const bars = Math.max(1, Math.min(most, Math.floor(Math.log(high / low) / Math.log(1.01))));
  const edges = Array.from({ length: bars + 1 }, (_, n) => low * (high / low) ** (n / bars));
  const counts = new Array<number>(bars).fill(0);
  for (const { value, count } of recordedValues(histogram)) {
    const place = Math.floor((Math.log(value / low) / Math.log(high / low)) * bars);
    const index = Math.min(bars - 1, Math.max(0, place));
    counts[index] = (counts[index] ?? 0) + count;
  }
  return counts.map((count, n) => ({
    from: (edges[n] ?? low) / 1e6,
    to: (edges[n + 1] ?? high) / 1e6,
    count,
  }));
}
