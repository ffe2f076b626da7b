import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/compare/make-report.ts';
import { judgeThresholds } from './judge-thresholds.ts';
import { parseThresholds } from './parse-thresholds.ts';

const hundred = Array.from({ length: 100 }, (_, at) => 10 * (at + 1));
const report = makeReport({
  latenciesMs: hundred,
  counts: {
    outcomes: {
      ok: 100,
      status: 20,
      timeout: 5,
      refused: 0,
      local: 0,
      reset: 0,
      truncated: 0,
      protocol_error: 0,
      unfinished: 3,
    },
    proxy_outcomes: { queue_full: 20 },
    dropped: 7,
  },
});

function parse(text: string) {
  const parsed = parseThresholds(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.thresholds;
}

function problem(text: string): string {
  const parsed = parseThresholds(text);
  return parsed.ok ? '' : parsed.problem;
}

const judge = (text: string) => judgeThresholds(parse(text), report);

describe('what a threshold reads from the report', () => {
  it.each([
    ['p50', '500ms', 0.5],
    ['p95', '1s', 0.95],
    ['p99.9', '1s', 1],
    ['max', '1s', 1],
    ['mean', '1s', 0.505],
    ['p97.5', '1s', 0.98],
    ['errors', '1%', 20],
    ['rate', '1/s', 12.5],
    ['ok_rate', '1', 10],
    ['timeouts', '1', 5],
    ['unfinished', '1', 3],
    ['dropped', '1', 7],
    ['queue_full', '1', 20],
    ['breaker_open', '1', 0],
  ])('%s', (metric, limit, actual) => {
    expect(judge(`${metric}>${limit}`)[0]?.actual).toBeCloseTo(actual, 2);
  });
});

it('fails where a condition holds', () => {
  expect(judge('p95>500ms, errors > 1 %,p50<=501ms,rate<12').map(({ passed }) => passed)).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

it('tells more than from at least, at the limit itself', () => {
  expect(
    judge('timeouts>5,timeouts>=5,timeouts<5,timeouts<=5').map(({ passed }) => passed),
  ).toEqual([true, false, true, false]);
});

it('reads seconds and milliseconds alike', () => {
  expect(parse('p95>0.5s')[0]?.limit).toBe(0.5);
  expect(parse('p95>500ms')[0]?.limit).toBe(0.5);
  expect(parse('p95>.5s , mean > 0').map(({ expression }) => expression)).toEqual([
    'p95>.5s',
    'mean>0',
  ]);
});

it('fails what could not be measured', () => {
  const empty = makeReport({ latenciesMs: [] });
  expect(judgeThresholds(parse('p95>500ms,errors>1%'), empty)).toEqual([
    { expression: 'p95>500ms', actual: null, passed: false },
    { expression: 'errors>1%', actual: null, passed: false },
  ]);
});

describe('a mistake names its position, what is allowed and what was meant', () => {
  it.each([
    ['p95>500ms,erors>1%', 'no metric "erors" at position 11', 'Did you mean errors?'],
    ['quue_full>3', 'no metric "quue_full" at position 1', 'Did you mean queue_full?'],
    ['', 'a metric is missing at position 1', 'Allowed there: p50, p75'],
    ['p95>500ms,', 'a metric is missing at position 11', 'p97.5'],
    ['p95 500ms', 'after p95 a comparison is missing at position 5', '>=, <=, >, <'],
    ['p95>=', 'after >= a number is missing at position 6', '500'],
    ['p95>500', 'the unit is missing at position 8', 'Allowed there: ms, s'],
    ['errors>1ms', '"ms" is no unit of errors at position 9', 'Allowed there: %'],
    ['p95>1s p99>2s', '"p99>2s" is left over at position 8', 'a comma'],
    ['p100>1s', 'no metric "p100" at position 1', 'any percentile'],
    ['constructor>1', 'no metric "constructor" at position 1', 'p50'],
  ])('%s', (text, ...parts) => {
    for (const part of parts) expect(problem(text)).toContain(part);
  });
});
