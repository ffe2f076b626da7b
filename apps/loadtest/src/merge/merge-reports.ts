import type { LoadReport, Verdict } from '@spillway/contracts';
import { differences } from '../compare/differences.ts';
import { judgeThresholds, type ThresholdRow } from '../judge/judge-thresholds.ts';
import { parseThresholds } from '../judge/parse-thresholds.ts';
import type { Threshold } from '../judge/threshold.ts';
import { mergeLatency, mergeOptionalLatency } from './merge-latency.ts';
import { mergeSeconds } from './merge-seconds.ts';

/** `reasons`: what differs where it must not. */
export type MergedReports =
  | { readonly ok: true; readonly report: LoadReport }
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * One report of several generators that loaded the same URL with the same options at the same time. Counts
 * and histograms are added. Thresholds hold for the whole: the given ones, or else those that the reports were judged by.
 */
export function mergeReports(
  reports: readonly LoadReport[],
  thresholds?: readonly Threshold[],
): MergedReports {
  const [first] = reports;
  if (first === undefined) return { ok: false, reasons: ['There is no report to merge.'] };
  const unlike = reports
    .slice(1)
    .flatMap((report) => differences(first, report, ['url', 'model', 'options']));
  if (unlike.length > 0) return { ok: false, reasons: [...new Set(unlike)] };
  const merged = add(first, reports);
  const rows = judgeThresholds(thresholds ?? ownThresholds(reports), merged);
  return {
    ok: true,
    report: { ...merged, thresholds: rows, verdict: worstVerdict(reports, rows) },
  };
}

function add(first: LoadReport, reports: readonly LoadReport[]): LoadReport {
  const starts = reports.map(({ started_at }) => Date.parse(started_at));
  const ends = reports.map(({ duration }, at) => (starts[at] as number) + 1_000 * duration);
  const start = Math.min(...starts);
  const duration = (Math.max(...ends) - start) / 1_000;
  const sum = (read: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + read(report), 0);
  /** Rates leave out what drained after the end, so they can't be had from the counts. */
  const rate = (name: keyof LoadReport['rates']) =>
    duration > 0 ? sum((report) => report.rates[name] * report.duration) / duration : 0;
  const outcomes = addCounts(reports.map(({ counts }) => counts.outcomes));
  const sent = sum(({ counts }) => counts.sent);
  const finished = sent - outcomes.unfinished;
  return {
    ...first,
    started_at: new Date(start).toISOString(),
    host: mergeHosts(reports),
    duration,
    counts: {
      sent,
      outcomes,
      statuses: addCounts(reports.map(({ counts }) => counts.statuses)),
      proxy_outcomes: addCounts(reports.map(({ counts }) => counts.proxy_outcomes)),
      local_errors: addCounts(reports.map(({ counts }) => counts.local_errors)),
      dropped: sum(({ counts }) => counts.dropped),
    },
    rates: {
      requests_per_second: rate('requests_per_second'),
      ok_per_second: rate('ok_per_second'),
      received_bytes_per_second: rate('received_bytes_per_second'),
    },
    received_bytes: sum((report) => report.received_bytes),
    success_rate: finished > 0 ? (100 * outcomes.ok) / finished : 0,
    latency: {
      good: mergeLatency(reports.map(({ latency }) => latency.good)),
      all: mergeLatency(reports.map(({ latency }) => latency.all)),
      service: mergeOptionalLatency(reports.map(({ latency }) => latency.service)),
      lateness: mergeOptionalLatency(reports.map(({ latency }) => latency.lateness)),
    },
    seconds: mergeSeconds(reports),
    generator: mergeGenerators(reports),
    knee: null,
    proxy_check: null,
    warnings: [
      ...new Set([...reports.flatMap(({ warnings }) => warnings), ...timing(starts, ends)]),
    ],
  };
}

function addCounts<Name extends string>(
  records: readonly Readonly<Record<Name, number>>[],
): Record<Name, number> {
  const sum = {} as Record<Name, number>;
  for (const record of records) {
    for (const name of Object.keys(record) as Name[]) sum[name] = (sum[name] ?? 0) + record[name];
  }
  return sum;
}

/** Processors add up; of what else differs, everything is named. */
function mergeHosts(reports: readonly LoadReport[]): LoadReport['host'] {
  const all = (key: 'cpu' | 'node' | 'platform') =>
    [...new Set(reports.map(({ host }) => host[key]))].join(' + ');
  return {
    cpus: reports.reduce((total, { host }) => total + host.cpus, 0),
    cpu: all('cpu'),
    node: all('node'),
    platform: all('platform'),
  };
}

/** As healthy as its worst part. */
function mergeGenerators(reports: readonly LoadReport[]): LoadReport['generator'] {
  const all = reports.map(({ generator }) => generator);
  const has = (verdict: LoadReport['generator']['verdict']) =>
    all.some((generator) => generator.verdict === verdict);
  return {
    event_loop_utilization: Math.max(...all.map((one) => one.event_loop_utilization)),
    event_loop_delay_p99: Math.max(...all.map((one) => one.event_loop_delay_p99)),
    verdict: has('invalid') ? 'invalid' : has('strained') ? 'strained' : 'healthy',
  };
}

/** Runs that hardly overlap were never one load. */
function timing(starts: readonly number[], ends: readonly number[]): string[] {
  const together = Math.min(...ends) - Math.max(...starts);
  const whole = Math.max(...ends) - Math.min(...starts);
  if (together >= 0.9 * whole) return [];
  const share = Math.max(0, Math.round((100 * together) / whole));
  return [
    `The runs were under way together for ${share} % of the time only: rates are those of the whole, from the first start to the last end.`,
  ];
}

/** Conditions as the reports carry them, each once. */
function ownThresholds(reports: readonly LoadReport[]): readonly Threshold[] {
  const expressions = new Set(
    reports.flatMap(({ thresholds }) => thresholds.map(({ expression }) => expression)),
  );
  if (expressions.size === 0) return [];
  const parsed = parseThresholds([...expressions].join(','));
  return parsed.ok ? parsed.thresholds : [];
}

const fromWorst: readonly Verdict[] = ['interrupted', 'invalid', 'unreachable'];

/** A part's missed threshold is none of the whole, and its regression neither: the whole is judged anew. */
function worstVerdict(reports: readonly LoadReport[], rows: readonly ThresholdRow[]): Verdict {
  const worst = fromWorst.find((verdict) => reports.some((report) => report.verdict === verdict));
  return worst ?? (rows.every(({ passed }) => passed) ? 'passed' : 'threshold_missed');
}
