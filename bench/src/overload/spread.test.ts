import { expect, it } from 'vitest';
import type { Figures } from './judge.ts';
import { middleOf, rowOf, spreadOf } from './spread.ts';

const figures = (all: number, short: number): Figures =>
  ({ all: { goodput: all }, groups: [{ name: 'short', goodput: short }] }) as unknown as Figures;

it('has median, least and most', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 });
});

it('keeps each run with its seed, and knows the one in the middle', () => {
  const runs = [
    { seed: 1, figures: figures(0.9, 0.5) },
    { seed: 2, figures: figures(0.7, 0.6) },
    { seed: 3, figures: figures(0.8, 0.7) },
  ];
  const row = rowOf('auto', runs);
  expect(row.goodput).toEqual({
    all: { median: 0.8, min: 0.7, max: 0.9 },
    short: { median: 0.6, min: 0.5, max: 0.7 },
  });
  expect(middleOf(row)).toBe(runs[2]!.figures);
});
