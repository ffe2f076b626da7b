import { describe, expect, it } from 'vitest';
import { slotsFor } from './advise.ts';
import { kneedle } from './kneedle.ts';
import { fitUsl, uslRate } from './usl.ts';

const points = (rate: (n: number) => number, upTo = 64) =>
  Array.from({ length: Math.log2(upTo) + 1 }, (_, exponent) => 2 ** exponent).map(
    (concurrency) => ({
      concurrency,
      rate: rate(concurrency),
    }),
  );

describe('kneedle', () => {
  it('finds the corner of a curve that rises and then is flat', () => {
    expect(kneedle(points((n) => Math.min(n, 16) * 50))).toBe(16);
  });

  it('finds none on a straight rise, on a flat line and on two points', () => {
    expect(kneedle(points((n) => n * 50))).toBeNull();
    expect(kneedle(points(() => 50))).toBeNull();
    expect(kneedle(points((n) => n * 50, 2))).toBeNull();
  });
});

describe('the scalability law', () => {
  it('is found again in points that follow it', () => {
    const truth = { lambda: 50, sigma: 0.03, kappa: 0.002 };
    const fit = fitUsl(points((n) => uslRate(truth, n)));
    expect(fit?.lambda).toBeCloseTo(50, 6);
    expect(fit?.sigma).toBeCloseTo(0.03, 6);
    expect(fit?.kappa).toBeCloseTo(0.002, 6);
    expect(fit?.knee).toBeCloseTo(Math.sqrt(0.97 / 0.002), 4);
    expect(fit?.r2).toBeCloseTo(1, 9);
  });

  it('has no top on a straight rise, and none from three points', () => {
    expect(fitUsl(points((n) => 50 * n))).toBeNull();
    expect(
      fitUsl(points((n) => uslRate({ lambda: 50, sigma: 0.1, kappa: 0.01 }, n), 4)),
    ).toBeNull();
  });
});

it.each([
  [0.2, 0],
  [1, 1],
  [3.6, 4],
  [4.4, 4],
  [8.3, 8],
  [16, 16],
  [20, 21],
  [32, 33],
  [100, 105],
])('advises for an estimate of %f slots %i', (knee, slots) => {
  expect(slotsFor(knee)).toBe(slots);
});
