import type { LoadReport, LoadSecond } from '@spillway/contracts';
import { decodeHistogram, encodeHistogram, newCoarseHistogram } from '../record/histogram.ts';
import { percentileSeconds } from '../record/latency.ts';

/** The series of all on one axis, which starts when the first of them did. */
export function mergeSeconds(reports: readonly LoadReport[]): LoadSecond[] {
  const starts = reports.map(({ started_at }) => Date.parse(started_at));
  const first = Math.min(...starts);
  const bySecond = new Map<number, LoadSecond[]>();
  reports.forEach(({ seconds }, at) => {
    const offset = Math.round(((starts[at] as number) - first) / 1_000);
    for (const entry of seconds) {
      const second = entry.second + offset;
      bySecond.set(second, [...(bySecond.get(second) ?? []), entry]);
    }
  });
  return [...bySecond.keys()]
    .sort((a, b) => a - b)
    .map((second) => mergeSecond(second, bySecond.get(second) as LoadSecond[]));
}

function mergeSecond(second: number, entries: readonly LoadSecond[]): LoadSecond {
  const sum = (key: 'sent' | 'ok' | 'failed' | 'in_flight') =>
    entries.reduce((total, entry) => total + entry[key], 0);
  return {
    second,
    sent: sum('sent'),
    ok: sum('ok'),
    failed: sum('failed'),
    in_flight: sum('in_flight'),
    ...percentiles(entries),
  };
}

/** Known of one alone, or from the histograms of all; unknown as soon as one that has samples has no histogram. */
function percentiles(
  entries: readonly LoadSecond[],
): Pick<LoadSecond, 'p50' | 'p95' | 'p99' | 'hdr'> {
  const sampled = entries.filter(({ p50 }) => p50 !== null);
  const [only] = sampled;
  if (only === undefined) return { p50: null, p95: null, p99: null };
  if (sampled.length === 1) {
    const { p50, p95, p99, hdr } = only;
    return { p50, p95, p99, ...(hdr === undefined ? {} : { hdr }) };
  }
  const sum = newCoarseHistogram();
  for (const { hdr } of sampled) {
    if (hdr === undefined) return { p50: null, p95: null, p99: null };
    sum.add(decodeHistogram(hdr));
  }
  const at = (percent: number) => percentileSeconds(sum, percent);
  return { p50: at(50), p95: at(95), p99: at(99), hdr: encodeHistogram(sum) };
}
