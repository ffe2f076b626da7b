import { seededRandom } from '@spillway/core/testing';
import { expect, it } from 'vitest';
import { medianInterval } from './median-interval.ts';

const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

it.each([
  // From tables of the sign test: the largest k with P(B < k) <= 2.5 %.
  [6, 1],
  [8, 1],
  [9, 2],
  [10, 2],
  [20, 6],
  [25, 8],
  [40, 14],
  [100, 40],
])('of %i values it lies between the %i-th from below and from above', (n, k) => {
  expect(medianInterval(oneTo(n).reverse())).toEqual({
    median: (n + 1) / 2,
    low: k,
    high: n + 1 - k,
  });
});

it('knows no bounds of five values or fewer', () => {
  for (const n of [1, 5]) {
    expect(medianInterval(oneTo(n))).toMatchObject({ low: -Infinity, high: Infinity });
  }
});

it('holds the median in at least 95 % of tries, however the values are spread', () => {
  const random = seededRandom(7);
  const held = oneTo(2000).filter(() => {
    const values = oneTo(30).map(() => random() ** -3);
    const { low, high } = medianInterval(values);
    return low <= 8 && 8 <= high;
  });
  expect(held.length).toBeGreaterThanOrEqual(1900);
});
