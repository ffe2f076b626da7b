import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/compare/make-report.ts';
import { simulateRuns } from '../../test/compare/simulate-runs.ts';
import { compareReports } from './compare-reports.ts';
import { comparisonTable } from './comparison-table.ts';
import { readReports } from './read-reports.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

const compare = (seed: number, factor: number, runs?: number) => {
  const { base, head } = simulateRuns(seed, factor, runs);
  return compareReports(base, head);
};

describe('five simulated runs of each, in turns', () => {
  it('find a planted regression of 30 % in 10 of 10 tries', () => {
    const verdicts = seeds(10).map((seed) => compare(seed, 1.3).verdict);
    expect(verdicts).toEqual(seeds(10).map(() => 'regression'));
  });

  it('pass equal builds in at least 19 of 20 tries', () => {
    const verdicts = seeds(20).map((seed) => compare(seed, 1).verdict);
    expect(verdicts.filter((verdict) => verdict === 'passed').length).toBeGreaterThanOrEqual(19);
  });

  it('pass a build that is 30 % quicker, and say so', () => {
    const comparison = compare(1, 1 / 1.3);
    expect(comparison.verdict).toBe('passed');
    expect(comparisonTable(comparison)).toMatch(/^p50 .*-\d\d\.\d %.*better$/m);
  });
});

it('concludes nothing from four runs, however clear they look', () => {
  const comparison = compare(1, 2, 4);
  expect(comparison.verdict).toBe('inconclusive');
  expect(comparisonTable(comparison)).toContain('fewer than 5 runs of each: there are 4');
});

it('finds errors where there were none', () => {
  const fine = seeds(5).map(() => makeReport({ latenciesMs: Array(95).fill(10) }));
  const failing = seeds(5).map((n) => {
    const good = makeReport({ latenciesMs: [] }).counts.outcomes;
    const outcomes = { ...good, ok: 95, timeout: 5 + n };
    return makeReport({
      latenciesMs: Array(95).fill(10),
      counts: { outcomes, statuses: {}, proxy_outcomes: {}, dropped: 0 },
    });
  });
  const comparison = compareReports(fine, failing);
  expect(comparison.verdict).toBe('regression');
  expect(comparisonTable(comparison)).toMatch(/^errors +0\.00 % +\d.* - .*worse$/m);
});

describe('runs that are not comparable are refused, with what differs', () => {
  const five = seeds(5).map(() => makeReport({ latenciesMs: [10, 11, 12] }));
  const like = (more: Parameters<typeof makeReport>[1]) =>
    five.map(() => makeReport({ latenciesMs: [10, 11, 12] }, more));

  it.each([
    [
      'options',
      { options: { concurrent: 20, duration: 10, timeout: 30 } },
      'options.concurrent: 10 and 20',
    ],
    [
      'an option more',
      { options: { concurrent: 10, duration: 10, timeout: 30, rate: 5 } },
      'options.rate: not set and 5',
    ],
    ['the host', { host: { ...five[0]!.host, cpus: 8 } }, 'host.cpus: 2 and 8'],
    ['the model', { model: 'open' as const }, 'model: "closed" and "open"'],
    [
      'an invalid run',
      { verdict: 'invalid' as const },
      'The run of 2026-01-01T00:00:00.000Z is invalid.',
    ],
  ])('%s', (_what, more, reason) => {
    const comparison = compareReports(five, like(more));
    expect(comparison).toEqual({ verdict: 'refused', reasons: [reason] });
    expect(comparisonTable(comparison)).toContain(`not comparable:\n  ${reason}`);
  });

  it('nothing at all', () => {
    expect(compareReports([], five)).toMatchObject({ verdict: 'refused' });
  });

  it('but not the order of options, nor the address', () => {
    const options = { timeout: 30, duration: 10, concurrent: 10 };
    const url = 'http://127.0.0.1:9090/';
    expect(compareReports(five, like({ options, url }))).toMatchObject({
      verdict: 'passed',
      notes: [`Base was measured at ${five[0]!.url}, head at ${url}.`],
    });
  });
});

describe('a base file', () => {
  const inFile = (text: string) => {
    const path = join(temporaryDirectory(), 'base.json');
    writeFileSync(path, text);
    return readReports(path);
  };

  it('holds one report or several', () => {
    const report = makeReport({ latenciesMs: [10] });
    expect(inFile(JSON.stringify(report))).toEqual({ ok: true, reports: [report] });
    expect(inFile(JSON.stringify([report, report]))).toEqual({
      ok: true,
      reports: [report, report],
    });
  });

  it('may be of a load tester that knew fewer outcomes', () => {
    const report = makeReport({ latenciesMs: [10] });
    const { local: _, ...outcomes } = report.counts.outcomes;
    const { local_errors: __, ...counts } = { ...report.counts, outcomes };
    expect(inFile(JSON.stringify({ ...report, counts }))).toEqual({ ok: true, reports: [report] });
  });

  it.each([
    ['[]', 'holds no report'],
    ['{"schema":2}', 'base.json is no load report: schema'],
    ['not JSON', 'base.json: '],
  ])('%s is refused', (text, problem) => {
    expect(inFile(text)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('that is missing is a problem told, not thrown', () => {
    expect(readReports('/no/such/file')).toMatchObject({ ok: false });
  });
});
