import { expect, it } from 'vitest';
import { deadlineAfter, remaining } from './deadline.ts';

it('leaves what is left of the timeout, never less than nothing', () => {
  const deadline = deadlineAfter(1000, 250);
  expect([1000, 1200, 1250, 9999].map((now) => remaining(deadline, now))).toEqual([250, 50, 0, 0]);
});

it('is never over without a timeout', () => {
  expect(remaining(deadlineAfter(1000, null), 1e12)).toBe(Infinity);
});
