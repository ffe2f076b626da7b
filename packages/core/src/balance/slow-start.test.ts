import { expect, it } from 'vitest';
import { rampAt } from './slow-start.ts';

const ramp = (slowStartAggression: number) =>
  [0, 500, 2500, 5000, 9999, 10_000, Infinity].map((ageMs) =>
    rampAt({ slowStartMs: 10_000, slowStartAggression }, ageMs),
  );

it('rises in a straight line from a tenth', () => {
  expect(ramp(1)).toEqual([0.1, 0.1, 0.25, 0.5, 0.9999, 1, 1]);
});

it('rises faster at first with more aggression, and slower with less', () => {
  expect(ramp(2)[2]).toBe(0.5);
  expect(ramp(0.5)[3]).toBe(0.25);
});

it('is off with no time to start in, and does not go below a tenth when the clock is behind', () => {
  expect(rampAt({ slowStartMs: 0, slowStartAggression: 1 }, 0)).toBe(1);
  expect(rampAt({ slowStartMs: 1000, slowStartAggression: 1 }, -5)).toBe(0.1);
});
