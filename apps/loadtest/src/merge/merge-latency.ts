import type { Latency } from '@spillway/contracts';
import { decodeHistogram, newHistogram } from '../record/histogram.ts';
import { latencyOf } from '../record/latency.ts';

/** The latencies of all together, from the added histograms; percentiles are never averaged. The maximum is exact. */
export function mergeLatency(views: readonly Latency[]): Latency {
  const sum = newHistogram();
  for (const { hdr } of views) sum.add(decodeHistogram(hdr));
  const maxima = views.flatMap(({ max }) => max ?? []);
  return { ...latencyOf(sum), max: maxima.length > 0 ? Math.max(...maxima) : null };
}

/** Null unless all have the view. */
export function mergeOptionalLatency(views: readonly (Latency | null)[]): Latency | null {
  const present = views.filter((view) => view !== null);
  return present.length === views.length ? mergeLatency(present) : null;
}
