import { describe, expect, it } from 'vitest';
import { rampShare } from './admission-ramp.ts';
import { openTimeMs } from './open-time.ts';

describe('openTimeMs', () => {
  const options = { openMs: 1000, openGrowth: 2, maxOpenMs: 5000, openJitter: 0.1 };
  it('grows with each re-opening up to its end', () => {
    const times = [0, 1, 2, 3, 60].map((n) => openTimeMs(options, n, 0, () => 0));
    expect(times).toEqual([1000, 2000, 4000, 5000, 5000]);
  });
  it('is spread upwards by chance', () => {
    expect(openTimeMs(options, 1, 0, () => 0.5)).toBe(2100);
  });
  it('lasts as long as the upstream asks, but no more than five minutes for that', () => {
    expect(openTimeMs(options, 0, 30_000, () => 0)).toBe(30_000);
    expect(openTimeMs(options, 0, 1e12, () => 0)).toBe(300_000);
  });
  it('stays the same where nothing else was asked for', () => {
    expect(openTimeMs({ openMs: 60_000 }, 9, 0, () => 0.9)).toBe(60_000);
  });
});

describe('rampShare', () => {
  const ramp = { fromShare: 0.1, durationMs: 10_000 };
  it('grows evenly to all', () => {
    expect([0, 5000, 10_000, Infinity].map((ms) => rampShare(ramp, ms))).toEqual([0.1, 0.55, 1, 1]);
    expect(rampShare(null, 0)).toBe(1);
  });
});
