import { describe, expect, it } from 'vitest';
import { judgeSamples, roundsNeeded } from './judge.ts';
import type { CiSample, Side } from './measure.ts';
import { comparisonCells, markdownSummary, verdictSentence } from './table.ts';

/** Rounds on a machine that gets slower by a tenth every round; head costs `factor` times as much. */
const samples = (factor: number, rounds = 10): CiSample[] =>
  Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
    (['head', 'base'] as const).map((side: Side) => {
      const cost = 1.1 ** round * (side === 'head' ? factor : 1);
      const wobble = 1 + 0.01 * ((round * 7 + (side === 'head' ? 3 : 0)) % 5);
      return {
        side,
        round,
        cpuUsPerRequest: 60 * cost * wobble,
        okPerSecond: 3000 / wobble,
        p50: 0.0105 * wobble,
        p99: 0.014 * wobble,
        verdict: 'passed',
        missed: [],
      };
    }),
  );

describe('rounds of base and head', () => {
  it('show what the change costs, through a drift of the machine', () => {
    const comparison = judgeSamples(samples(1.3));
    expect(comparison.verdict).toBe('regression');
    expect(verdictSentence(comparison)).toContain('Regression in CPU a request:');
    expect(comparison.rows.map(({ verdict }) => verdict)).toEqual([
      'worse',
      'same',
      'same',
      'same',
    ]);
  });

  it('pass equal builds', () => {
    expect(judgeSamples(samples(1)).verdict).toBe('passed');
  });

  it('conclude nothing from too few', () => {
    expect(roundsNeeded).toBe(7);
    expect(judgeSamples(samples(2, 6)).verdict).toBe('inconclusive');
    expect(judgeSamples(samples(2, 7)).verdict).toBe('regression');
  });
});

it('becomes a table and a step summary', () => {
  const comparison = judgeSamples(samples(1.3));
  expect(comparisonCells(comparison)[1]).toEqual([
    'CPU a request',
    expect.stringMatching(/ us$/),
    expect.stringMatching(/ us$/),
    expect.stringMatching(/^\+3\d\.\d %$/),
    expect.stringMatching(/%$/),
    'worse',
  ]);
  const summary = markdownSummary(comparison, 'setting').split('\n');
  expect(summary).toContain('| --- | ---: | ---: | ---: | ---: | ---: |');
  expect(summary.filter((line) => line.startsWith('| CPU a request |'))).toHaveLength(1);
});
