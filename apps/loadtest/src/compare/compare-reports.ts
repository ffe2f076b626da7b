import type { LoadReport } from '@spillway/contracts';
import { type Comparison, compareSamples, type Measure } from '@spillway/statistics';
import { errorPercent } from '../judge/threshold-metrics.ts';
import { differences } from './differences.ts';

/** `refused`: these reports can't be compared, with the reasons; exit code 2. */
export type ReportComparison =
  | ({ readonly notes: readonly string[] } & Comparison)
  | { readonly verdict: 'refused'; readonly reasons: readonly string[] };

interface Compared extends Omit<Measure, 'base' | 'head'> {
  readonly read: (report: LoadReport) => number | null;
}

/**
 * What is compared. The floors are what timers and scheduling of a shared machine move by themselves. Errors in
 * percentage points: a tenth more of hardly any errors is nobody's regression.
 */
const compared: readonly Compared[] = [
  {
    name: 'p50',
    unit: 's',
    worse: 'higher',
    floor: 0.001,
    read: (report) => report.latency.good.p50,
  },
  {
    name: 'p95',
    unit: 's',
    worse: 'higher',
    floor: 0.001,
    read: (report) => report.latency.good.p95,
  },
  {
    name: 'p99',
    unit: 's',
    worse: 'higher',
    floor: 0.002,
    read: (report) => report.latency.good.p99,
  },
  {
    name: 'ok_rate',
    unit: '/s',
    worse: 'lower',
    floor: 1,
    read: (report) => report.rates.ok_per_second,
  },
  { name: 'errors', unit: '%', worse: 'higher', floor: 1, read: errorPercent },
];

/**
 * Compares runs of two builds, which were taken in turns on one machine with the same options. Every
 * run is one value of each measure; what varies from run to run is what a change has to stand out from.
 */
export function compareReports(
  base: readonly LoadReport[],
  head: readonly LoadReport[],
): ReportComparison {
  const reasons = [...base, ...head].flatMap(unusable).concat(unlike(base, head));
  if (reasons.length > 0) return { verdict: 'refused', reasons: [...new Set(reasons)] };
  const measures = compared.flatMap(({ read, ...measure }): Measure[] => {
    const [baseValues, headValues] = [base.map(read), head.map(read)];
    // A run without one good answer has no latency; its errors tell.
    const usable = (values: (number | null)[]) => values.filter((value) => value !== null);
    const [baseUsable, headUsable] = [usable(baseValues), usable(headValues)];
    if (baseUsable.length < base.length || headUsable.length < head.length) return [];
    return [{ ...measure, base: baseUsable, head: headUsable }];
  });
  if (measures.length === 0) {
    return { verdict: 'refused', reasons: ['No run has anything that could be compared.'] };
  }
  return { ...compareSamples(measures), notes: notesOf(base, head) };
}

function unusable({ verdict, started_at }: LoadReport): string[] {
  if (verdict !== 'invalid' && verdict !== 'interrupted' && verdict !== 'unreachable') return [];
  return [`The run of ${started_at} is ${verdict}.`];
}

/** What keeps the runs from being comparable: every one has to be like the first of base. */
function unlike(base: readonly LoadReport[], head: readonly LoadReport[]): string[] {
  const [first] = base;
  if (first === undefined || head.length === 0) return ['There is no run to compare with.'];
  return [...base.slice(1), ...head].flatMap((report) =>
    differences(first, report, ['model', 'options', 'host']),
  );
}

/** Base and head may be served at different addresses; whoever reads the result should know. */
function notesOf(base: readonly LoadReport[], head: readonly LoadReport[]): string[] {
  const urls = (reports: readonly LoadReport[]) =>
    [...new Set(reports.map(({ url }) => url))].sort().join(', ');
  const [from, to] = [urls(base), urls(head)];
  return from === to ? [] : [`Base was measured at ${from}, head at ${to}.`];
}
