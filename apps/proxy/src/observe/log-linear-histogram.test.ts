import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogLinearHistogram } from './log-linear-histogram.ts';

const values = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 200 });

test('Every percentile is within 0.8 % of the exact one', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (recorded, share) => {
      const histogram = new LogLinearHistogram();
      for (const value of recorded) histogram.record(value);
      const sorted = [...recorded].sort((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
      expect(Math.abs(histogram.percentile(share) - exact)).toBeLessThanOrEqual(exact * 0.008);
    }),
  );
});

test('Two histograms added are as one that recorded both', () => {
  fc.assert(
    fc.property(values, values, (one, other) => {
      const [a, b, both] = [0, 0, 0].map(() => new LogLinearHistogram()) as [
        ...[LogLinearHistogram, LogLinearHistogram, LogLinearHistogram],
      ];
      for (const value of one) a.record(value);
      for (const value of other) b.record(value);
      for (const value of [...one, ...other]) both.record(value);
      a.add(b);
      expect([a.count, a.sum, a.max]).toEqual([both.count, both.sum, both.max]);
      expect(a.percentile(0.5)).toBe(both.percentile(0.5));
    }),
  );
});

test('After a reset nothing is left', () => {
  const histogram = new LogLinearHistogram();
  histogram.record(7);
  histogram.reset();
  expect([histogram.count, histogram.sum, histogram.max, histogram.percentile(1)]).toEqual([
    ...[0, 0, 0, 0],
  ]);
});
