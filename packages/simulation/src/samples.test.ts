import { expect, it } from 'vitest';
import { Samples } from './samples.ts';

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
