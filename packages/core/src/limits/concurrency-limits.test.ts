import { expect, it } from 'vitest';
import { concurrencyLimits } from './concurrency-limits.ts';

it.each(Object.entries(concurrencyLimits))('%s begins where told, within its bounds', (_, make) => {
  expect(make({ initial: 20, min: 1, max: 100 }).limit).toBe(20);
  expect(make({ initial: 500, min: 1, max: 100 }).limit).toBe(100);
});
