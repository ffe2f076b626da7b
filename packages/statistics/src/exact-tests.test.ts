import { expect, it } from 'vitest';
import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';
import { median } from './median.ts';
import { signedRank } from './signed-rank.ts';

it('takes the median of odd, even and no values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('finds the exact probabilities of the Mann-Whitney tables', () => {
  expect(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(1 / 252, 12);
  expect(mannWhitney([1, 2, 3, 4, 6], [5, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12);
  // n = 5 and 5: U = 4 is the critical value at 5 %, one-sided (12 of 252 ways).
  expect(mannWhitney([1, 2, 3, 4, 9], [5, 6, 7, 8, 10])).toBeCloseTo(12 / 252, 12);
  expect(mannWhitney([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBe(1);
});

it('says nothing of samples that are all alike', () => {
  expect(mannWhitney([7, 7, 7, 7, 7], [7, 7, 7, 7, 7])).toBe(1);
  expect(signedRank([0, 0, 0, 0, 0])).toBe(1);
});

it('shares ranks among ties', () => {
  // Ranks 1, 2.5, 2.5, 4: of the six pairs, {2.5, 4} twice are as high as observed.
  expect(mannWhitney([1, 2], [2, 3])).toBeCloseTo(2 / 6, 12);
});

it('counts the ways of the signed-rank table', () => {
  expect(signedRank([1, 2, 3, 4, 5])).toBeCloseTo(1 / 32, 12);
  expect(signedRank([-1, 2, 3, 4, 5])).toBeCloseTo(2 / 32, 12);
  expect(signedRank([-1, -2, -3])).toBe(1);
});

it('corrects for the number of tests, and keeps their order', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
});

it('stays exact and quick for thirty runs of each', () => {
  const runs = Array.from({ length: 30 }, (_, at) => at);
  const p = mannWhitney(
    runs,
    runs.map((run) => run + 0.5),
  );
  expect(p).toBeGreaterThan(0.3);
  expect(p).toBeLessThan(0.6);
});
