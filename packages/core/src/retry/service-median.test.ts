import { expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { ServiceMedian } from './service-median.ts';

it('knows the median of the last minute within its buckets, at most a second late', () => {
  const time = new ManualTime(1000);
  const median = new ServiceMedian(time);
  expect(median.medianMs()).toBe(0);
  for (let ms = 1; ms <= 999; ms++) median.record(ms);
  expect(median.medianMs()).toBe(0);
  time.advance(1000);
  expect(Math.abs(median.medianMs() / 500 - 1)).toBeLessThan(0.02);
  time.advance(53_000);
  for (let ms = 1; ms <= 999; ms++) median.record(20);
  expect(median.medianMs()).toBeLessThan(21.5);
  time.advance(16_000);
  expect(Math.abs(median.medianMs() / 20 - 1)).toBeLessThan(0.02);
});

it('knows nothing of an hour ago', () => {
  const time = new ManualTime(1000);
  const median = new ServiceMedian(time);
  median.record(5);
  time.advance(3_600_000);
  expect(median.medianMs()).toBe(0);
});
