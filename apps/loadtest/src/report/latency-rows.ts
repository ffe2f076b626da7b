import type { Latency, LoadReport } from '@spillway/contracts';

export interface LatencyRow {
  readonly view: string;
  readonly latency: Latency;
}

/** The views that a report has, each with the words for it. */
export function latencyRows({ latency, model }: LoadReport): LatencyRow[] {
  const rows = [
    { view: 'good answers', latency: latency.good },
    { view: 'all answers', latency: latency.all },
    { view: 'from sending', latency: latency.service },
    { view: 'sent late by', latency: latency.lateness },
  ];
  const known = rows.filter((row): row is LatencyRow => row.latency !== null);
  return model === 'closed' ? known.slice(0, 2) : known;
}

/** Its columns, in order; values in seconds. */
export const latencyColumns = [
  ['avg', 'mean'],
  ['p50', 'p50'],
  ['p75', 'p75'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['max', 'max'],
] as const satisfies readonly (readonly [string, keyof Latency])[];
