import { expect, test } from 'vitest';
import { topOf } from './top-of.ts';

test.each([
  [null, 1, 1.2],
  [0.2, 1, 1.2],
  [50, 4, 60],
  [96, 4, 120],
  [0.0123, 0.001, 0.015],
])('The highest being %s and at least %s, a scale ends at %s', (highest, leastTop, top) => {
  expect(topOf(highest, { unit: 'requests', leastTop })).toBeCloseTo(top);
});

test('The scale of breakers has its three states, whatever is drawn', () => {
  expect(topOf(0, { unit: 'breaker', leastTop: 2 })).toBe(
    topOf(2, { unit: 'breaker', leastTop: 2 }),
  );
});
