import { expect, it } from 'vitest';
import type { Sample } from './sample.ts';
import { rangeOf, summarize } from './summary.ts';
import { alignColumns, costTable } from './table.ts';

const sample = (peer: string, round: number, cpuUsPerUnit: number): Sample => ({
  ...{ peer, round, cpuUsPerUnit },
  ...{ units: 1000, seconds: 1, p50Ms: 1, p99Ms: 2, failures: 0 },
  ...{ residentBytes: 100 * 2 ** 20, upstreamShare: 0.1, foreignShare: 0 },
});

it('takes the median of odd and even numbers of values', () => {
  expect(rangeOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(rangeOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
});

it('takes ratios within a round, so that a slow spell of the machine cancels out', () => {
  const samples = [1, 2, 3].flatMap((round) => {
    const slowdown = round === 2 ? 3 : 1;
    return [sample('bare', round, 40 * slowdown), sample('other', round, 50 * slowdown)];
  });
  const [, other] = summarize(samples, ['bare']);
  expect(other?.ratios.bare).toEqual({ median: 1.25, min: 1.25, max: 1.25 });
  expect(other?.cpuUsPerUnit).toEqual({ median: 50, min: 50, max: 150 });
});

it('has no ratio to a base that was left out', () => {
  const summaries = summarize([sample('other', 1, 50)], ['bare']);
  expect(summaries[0]?.ratios.bare).toBeUndefined();
  expect(costTable(summaries, ['bare'], 'request')).toMatch(
    /^other\s+50\.0 \(50\.0\.\.50\.0\)\s+-\s/m,
  );
});

it('aligns columns', () => {
  expect(
    alignColumns([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toBe('a    bb\nccc   d');
});
