import { type LoadReport, outcomeNames } from '@spillway/contracts';
import { decodeHistogram } from '../record/histogram.ts';
import { percentileSeconds } from '../record/latency.ts';

/** In what a metric is compared: seconds, percent, events a second, or a plain count. */
export type Quantity = 'duration' | 'share' | 'rate' | 'count';

export interface ThresholdMetric {
  readonly quantity: Quantity;
  /** Null when there was nothing to measure. */
  readonly read: (report: LoadReport) => number | null;
}

/** Units by quantity, each with what one of them is in the metric's own; an empty unit is none. */
export const units: Readonly<Record<Quantity, Readonly<Record<string, number>>>> = {
  duration: { ms: 0.001, s: 1 },
  share: { '%': 1 },
  rate: { '/s': 1, '': 1 },
  count: { '': 1 },
};

const latency = (
  read: (good: LoadReport['latency']['good']) => number | null,
): ThresholdMetric => ({
  quantity: 'duration',
  read: (report) => read(report.latency.good),
});

const count = (read: (report: LoadReport) => number): ThresholdMetric => ({
  quantity: 'count',
  read,
});

const outcome = (name: keyof LoadReport['counts']['outcomes']): ThresholdMetric =>
  count((report) => report.counts.outcomes[name] ?? 0);

/** Latencies are those of good answers; `errors` is every other ending but `unfinished`, of all that ended. */
export const thresholdMetrics: Readonly<Record<string, ThresholdMetric>> = {
  p50: latency((good) => good.p50),
  p75: latency((good) => good.p75),
  p90: latency((good) => good.p90),
  p95: latency((good) => good.p95),
  p99: latency((good) => good.p99),
  'p99.9': latency((good) => good.p999),
  max: latency((good) => good.max),
  mean: latency((good) => good.mean),
  errors: { quantity: 'share', read: errorPercent },
  rate: { quantity: 'rate', read: (report) => report.rates.requests_per_second },
  ok_rate: { quantity: 'rate', read: (report) => report.rates.ok_per_second },
  timeouts: outcome('timeout'),
  refused: outcome('refused'),
  reset: outcome('reset'),
  truncated: outcome('truncated'),
  protocol_error: outcome('protocol_error'),
  local: outcome('local'),
  unfinished: outcome('unfinished'),
  dropped: count((report) => report.counts.dropped),
  ...Object.fromEntries(
    outcomeNames
      .filter((name) => name !== 'ok')
      .map((name) => [name, count((report) => report.counts.proxy_outcomes[name] ?? 0)]),
  ),
};

/** The table's metrics, and any other percentile, such as p97.5, from the histogram. */
export function thresholdMetric(name: string): ThresholdMetric | null {
  if (Object.hasOwn(thresholdMetrics, name)) return thresholdMetrics[name] as ThresholdMetric;
  const percent = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent)) return null;
  return latency((good) => percentileSeconds(decodeHistogram(good.hdr), percent));
}

/** Null when nothing ended: neither good nor bad. */
export function errorPercent({ counts }: LoadReport): number | null {
  const { sent, outcomes } = counts;
  const ended = sent - (outcomes.unfinished ?? 0);
  return ended > 0 ? (100 * (ended - (outcomes.ok ?? 0))) / ended : null;
}
