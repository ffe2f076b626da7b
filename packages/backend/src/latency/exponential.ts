import { parseDuration } from '../duration.ts';
import type { LatencyKind } from './latency.ts';

/** Memoryless: quantile(p) = -mean ln(1 - p), so the median is 0.69 and the p99 4.61 times the mean. */
export const exponential: LatencyKind = {
  name: 'exponential',
  syntax: 'exponential:MEAN',
  summary: 'memoryless, p99 at 4.6 times the mean',
  create([mean = '']) {
    const meanMs = parseDuration(mean);
    return { meanMs, quantileMs: (p) => -meanMs * Math.log1p(-p) };
  },
};
