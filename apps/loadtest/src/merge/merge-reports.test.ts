import { type LoadReport, type LoadSecond, loadReportSchema } from '@spillway/contracts';
import { seededRandom } from '@spillway/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/compare/make-report.ts';
import { parseThresholds } from '../judge/parse-thresholds.ts';
import { encodeHistogram, newCoarseHistogram, recordMs } from '../record/histogram.ts';
import { mergeReports } from './merge-reports.ts';

function merge(reports: LoadReport[], failIf?: string): LoadReport {
  const thresholds = failIf === undefined ? undefined : parseThresholds(failIf);
  if (thresholds?.ok === false) throw new Error(thresholds.problem);
  const merged = mergeReports(reports, thresholds?.thresholds);
  if (!merged.ok) throw new Error(merged.reasons.join());
  return merged.report;
}

const second = (at: number, latenciesMs: number[], more: Partial<LoadSecond> = {}): LoadSecond => {
  const histogram = newCoarseHistogram();
  for (const ms of latenciesMs) recordMs(histogram, ms);
  const percentile = (percent: number) =>
    latenciesMs.length === 0 ? null : histogram.getValueAtPercentile(percent) / 1e6;
  return {
    second: at,
    sent: latenciesMs.length,
    ok: latenciesMs.length,
    failed: 0,
    in_flight: 1,
    p50: percentile(50),
    p95: percentile(95),
    p99: percentile(99),
    hdr: encodeHistogram(histogram),
    ...more,
  };
};

const fast = Array.from({ length: 900 }, () => 10);
const slow = Array.from({ length: 100 }, () => 1_000);

it('takes percentiles from the added histograms, and does not average them', () => {
  const report = merge([makeReport({ latenciesMs: fast }), makeReport({ latenciesMs: slow })]);
  expect(report.latency.good.p50).toBeCloseTo(0.01, 3);
  expect(report.latency.good.p90).toBeCloseTo(0.01, 3);
  expect(report.latency.good.p95).toBeCloseTo(1, 2);
  expect(report.latency.good.count).toBe(1_000);
  expect(loadReportSchema.parse(report)).toEqual(report);
});

it('is the report of all samples, however they are dealt to generators', () => {
  const random = seededRandom(1);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 5 }),
      (latenciesMs, generators) => {
        const dealt = Array.from({ length: generators }, () => [] as number[]);
        for (const ms of latenciesMs) dealt[Math.floor(random() * generators)]!.push(ms);
        const merged = merge(dealt.map((own) => makeReport({ latenciesMs: own })));
        const whole = makeReport({ latenciesMs });
        const { hdr: _, ...latency } = merged.latency.good;
        const { hdr: __, ...wanted } = whole.latency.good;
        expect(latency).toEqual(wanted);
        expect(merged.counts).toEqual(whole.counts);
        expect(merged.rates.ok_per_second).toBeCloseTo(whole.rates.ok_per_second, 9);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

it('adds counts by every name', () => {
  const counts = (statuses: Record<string, number>, proxy_outcomes: Record<string, number>) => ({
    ...makeReport({ latenciesMs: [] }).counts,
    outcomes: { ...makeReport({ latenciesMs: [] }).counts.outcomes, ok: 2, status: 1 },
    statuses,
    proxy_outcomes,
    local_errors: { EMFILE: 3 },
    dropped: 4,
  });
  const report = merge([
    makeReport({ latenciesMs: [1, 2], counts: counts({ 200: 2, 503: 1 }, { queue_full: 1 }) }),
    makeReport({ latenciesMs: [1, 2], counts: counts({ 200: 2, 500: 1 }, { breaker_open: 3 }) }),
  ]);
  expect(report.counts).toMatchObject({
    sent: 6,
    statuses: { 200: 4, 503: 1, 500: 1 },
    proxy_outcomes: { queue_full: 1, breaker_open: 3 },
    local_errors: { EMFILE: 6 },
    dropped: 8,
  });
  expect(report.success_rate).toBeCloseTo((100 * 4) / 6, 9);
});

describe('the series', () => {
  it('is aligned by the clock', () => {
    const early = makeReport(
      { latenciesMs: fast },
      { seconds: [second(0, [10]), second(1, [10])] },
    );
    const late = makeReport(
      { latenciesMs: fast },
      { started_at: '2026-01-01T00:00:01.020Z', seconds: [second(0, [1_000]), second(1, [20])] },
    );
    const { seconds } = merge([late, early]);
    expect(seconds.map(({ second: at, ok, in_flight }) => [at, ok, in_flight])).toEqual([
      [0, 1, 1],
      [1, 2, 2],
      [2, 1, 1],
    ]);
    expect(seconds[1]?.p99).toBeCloseTo(1, 1);
    expect(seconds[2]?.p50).toBeCloseTo(0.02, 3);
  });

  it('leaves percentiles unknown that it has no histograms for', () => {
    const { hdr: _, ...bare } = second(0, [10]);
    const report = makeReport({ latenciesMs: fast }, { seconds: [bare] });
    const { seconds } = merge([report, report]);
    expect(seconds[0]).toMatchObject({ ok: 2, p50: null, p95: null, p99: null });
    expect(merge([report]).seconds[0]?.p50).toBeCloseTo(0.01, 3);
  });
});

describe('thresholds', () => {
  const reports = [makeReport({ latenciesMs: fast }), makeReport({ latenciesMs: slow })];

  it('hold for the whole, not for its parts', () => {
    expect(merge(reports, 'p90>500ms').verdict).toBe('passed');
    expect(merge(reports, 'p95>500ms')).toMatchObject({
      verdict: 'threshold_missed',
      thresholds: [{ expression: 'p95>500ms', passed: false }],
    });
  });

  it('are those of the reports when none are given', () => {
    const judged = reports.map((report) => ({
      ...report,
      verdict: 'threshold_missed' as const,
      thresholds: [{ expression: 'p90>500ms', actual: 1, passed: false }],
    }));
    expect(merge(judged)).toMatchObject({ verdict: 'passed', thresholds: [{ passed: true }] });
  });
});

it('is as invalid as its worst part, and as strained', () => {
  const generator = {
    event_loop_utilization: 0.99,
    event_loop_delay_p99: 0.2,
    verdict: 'invalid' as const,
  };
  const report = merge([
    makeReport({ latenciesMs: fast }),
    makeReport({ latenciesMs: fast }, { verdict: 'invalid', generator }),
  ]);
  expect(report).toMatchObject({ verdict: 'invalid', generator });
});

it('adds up processors of different hosts', () => {
  const other = { cpus: 8, cpu: 'Other', node: 'v26.0.0', platform: 'linux' };
  const report = merge([
    makeReport({ latenciesMs: fast }),
    makeReport({ latenciesMs: fast }, { host: other }),
  ]);
  expect(report.host).toEqual({
    cpus: 10,
    cpu: 'Example 3000 + Other',
    node: 'v26.0.0',
    platform: 'linux',
  });
});

it('warns when the runs did not overlap', () => {
  const started_at = '2026-01-01T00:01:00.000Z';
  const report = merge([
    makeReport({ latenciesMs: fast }),
    makeReport({ latenciesMs: fast }, { started_at }),
  ]);
  expect(report.warnings.join()).toContain('together for 0 %');
  expect(report.duration).toBe(70);
});

it.each([
  [
    'another url',
    { url: 'http://elsewhere/' },
    'url: "http://127.0.0.1:8080/" and "http://elsewhere/"',
  ],
  [
    'other options',
    { options: { concurrent: 11, duration: 10, timeout: 30 } },
    'options.concurrent: 10 and 11',
  ],
])('refuses %s', (_what, more, reason) => {
  const reports = [makeReport({ latenciesMs: fast }), makeReport({ latenciesMs: fast }, more)];
  expect(mergeReports(reports)).toEqual({ ok: false, reasons: [reason] });
});

it('refuses to merge nothing', () => {
  expect(mergeReports([]).ok).toBe(false);
});
