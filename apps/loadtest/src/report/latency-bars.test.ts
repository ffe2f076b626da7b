import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newHistogram } from '../record/histogram.ts';
import { latencyBars } from './latency-bars.ts';

fc.configureGlobal({ seed: 20_261_122 });

function histogramOf(values: readonly number[]) {
  const histogram = newHistogram();
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

it('counts every sample in one bar, the bars in a row from the least to the most', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1 }), (values) => {
      const bars = latencyBars(histogramOf(values), 12);
      expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(bars.length).toBeLessThanOrEqual(12);
      for (const [n, bar] of bars.entries()) {
        expect(bar.to).toBeGreaterThan(bar.from);
        if (n > 0) expect(bar.from).toBe(bars[n - 1]?.to);
      }
    }),
  );
});

it('shows two modes far apart as two', () => {
  const bars = latencyBars(
    histogramOf([...Array(90).fill(10_000), ...Array(10).fill(2_000_000)]),
    12,
  );
  expect(bars.filter(({ count }) => count > 0).map(({ count }) => count)).toEqual([90, 10]);
});

it('is one bar for what is all the same, and none for nothing', () => {
  expect(latencyBars(histogramOf(Array(5).fill(200_000)), 12)).toHaveLength(1);
  expect(latencyBars(histogramOf([]), 12)).toEqual([]);
});
