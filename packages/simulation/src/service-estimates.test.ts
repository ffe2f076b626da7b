import { expect, it } from 'vitest';
import { ServiceEstimates } from './service-estimates.ts';

it('estimates the median of the last minute within its buckets', () => {
  const estimates = new ServiceEstimates();
  expect(estimates.medianMs(0)).toBe(0);
  for (let ms = 1; ms <= 999; ms++) estimates.record(ms, 1000);
  expect(Math.abs(estimates.medianMs(1500) / 500 - 1)).toBeLessThan(0.02);
  for (let ms = 1; ms <= 999; ms++) estimates.record(20, 55_000);
  expect(estimates.medianMs(55_100)).toBeLessThan(21.5);
  for (const at of [71_000, 72_000])
    expect(Math.abs(estimates.medianMs(at) / 20 - 1)).toBeLessThan(0.02);
  expect(estimates.medianMs(3_600_000)).toBe(0);
});

it('estimates what one needs still by the next higher percentile that it knows', () => {
  const estimates = new ServiceEstimates();
  expect(estimates.residualMs(0, 0)).toBe(0);
  for (let ms = 1; ms <= 1000; ms++) estimates.record(ms, 1000);
  const residual = (elapsedMs: number): number => estimates.residualMs(elapsedMs, 2000);
  expect(Math.abs(residual(0) / 500 - 1)).toBeLessThan(0.02);
  expect(Math.abs((600 + residual(600)) / 750 - 1)).toBeLessThan(0.02);
  expect(Math.abs((960 + residual(960)) / 990 - 1)).toBeLessThan(0.02);
  expect(residual(1100)).toBe(0);
});
