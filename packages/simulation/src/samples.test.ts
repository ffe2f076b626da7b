import { expect, it } from 'vitest';
import { Samples } from './samples.ts';
import { ServiceMedian } from './service-median.ts';

it('knows exact percentiles by nearest rank, and the mean', () => {
  const samples = new Samples();
  for (let n = 3000; n >= 1; n--) samples.add(n);
  expect([50, 95, 99, 100].map((p) => samples.percentile(p))).toEqual([1500, 2850, 2970, 3000]);
  expect(samples.mean).toBe(1500.5);
  samples.add(0);
  expect(samples.percentile(0)).toBe(0);
});

it('knows nothing of none', () => {
  expect([new Samples().mean, new Samples().percentile(50)]).toEqual([null, null]);
});

it('estimates the median of the last minute within its buckets', () => {
  const median = new ServiceMedian();
  expect(median.at(0)).toBe(0);
  for (let ms = 1; ms <= 999; ms++) median.record(ms, 1000);
  expect(Math.abs(median.at(1500) / 500 - 1)).toBeLessThan(0.02);
  for (let ms = 1; ms <= 999; ms++) median.record(20, 55_000);
  expect(median.at(55_100)).toBeLessThan(21.5);
  for (const at of [71_000, 72_000]) expect(Math.abs(median.at(at) / 20 - 1)).toBeLessThan(0.02);
  expect(median.at(3_600_000)).toBe(0);
});
