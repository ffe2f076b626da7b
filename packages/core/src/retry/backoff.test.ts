import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing.ts';
import { fullJitter } from './backoff.ts';

describe('fullJitter', () => {
  it('draws from 0 to the doubled base, up to the cap', () => {
    const highest = [1, 2, 3, 7, 8, 5000].map((n) => fullJitter(n, 500, 30_000, () => 1));
    expect(highest).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000]);
    expect(fullJitter(5000, 500, 30_000, () => 0)).toBe(0);
    expect(fullJitter(5000, 0, 30_000, () => 1)).toBe(0);
  });

  it('stays in its range and uses all of it', () => {
    const property = fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (attempt, seed) => {
      const random = seededRandom(seed);
      const top = Math.min(8000, 100 * 2 ** (attempt - 1));
      const drawn = Array.from({ length: 200 }, () => fullJitter(attempt, 100, 8000, random));
      expect(Math.min(...drawn)).toBeLessThan(top * 0.1);
      expect(Math.max(...drawn)).toBeGreaterThan(top * 0.9);
      expect(Math.max(...drawn)).toBeLessThan(top);
    });
    fc.assert(property, { seed: 11, numRuns: 50 });
  });
});
