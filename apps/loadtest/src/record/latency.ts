import type { Latency } from '@spillway/contracts';
import type { Histogram } from 'hdr-histogram-js';
import { encodeHistogram } from './histogram.ts';

/** A histogram of microseconds as the report shows it: seconds, null where there was no sample. */
export function latencyOf(histogram: Histogram): Latency {
  const at = (percentile: number): number | null => percentileSeconds(histogram, percentile);
  const isEmpty = histogram.totalCount === 0;
  return {
    count: histogram.totalCount,
    mean: isEmpty ? null : histogram.mean / 1e6,
    min: at(0),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: isEmpty ? null : histogram.maxValue / 1e6,
    hdr: encodeHistogram(histogram),
  };
}

/** The value that so many percent of the samples do not exceed; null without samples. */
export function percentileSeconds(histogram: Histogram, percentile: number): number | null {
  return histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(percentile) / 1e6;
}
