import { describe, expect, it } from 'vitest';
import { DrainGap } from './drain-gap.ts';

/** Served every `gapMs` from the start on. */
const drained = (drain: DrainGap, gapMs: number, times: number, startAt = 0): number => {
  drain.start(startAt);
  for (let i = 1; i <= times; i++) drain.served(startAt + i * gapMs);
  return startAt + times * gapMs;
};

describe('DrainGap', () => {
  it('knows nothing before eight services', () => {
    const drain = new DrainGap();
    drained(drain, 10, 7);
    expect(drain.known).toBe(false);
    drain.served(80);
    expect([drain.known, drain.expectedMs(80)]).toEqual([true, 10]);
  });

  it('counts no time in which nobody waited', () => {
    const drain = new DrainGap();
    const end = drained(drain, 10, 8);
    drain.stop();
    expect(drain.expectedMs(end + 3_600_000)).toBe(10);
    drain.served(end + 3_600_000);
    drained(drain, 10, 8, end + 7_200_000);
    expect(drain.meanMs).toBeCloseTo(10);
  });

  it('expects more once the line has stood still for five gaps', () => {
    const drain = new DrainGap();
    const end = drained(drain, 10, 20);
    expect([40, 50, 500].map((ms) => drain.expectedMs(end + ms))).toEqual([10, 10, 100]);
  });

  it('believes a new line sooner than an old one', () => {
    const drain = new DrainGap();
    const end = drained(drain, 1000, 100);
    drain.stop();
    drained(drain, 10, 40, end + 5000);
    expect(drain.meanMs).toBeLessThan(250);
    drained(drain, 10, 100, end + 5400);
    expect(drain.meanMs).toBeLessThan(20);
  });

  it('follows the limit', () => {
    const drain = new DrainGap();
    drained(drain, 10, 8);
    drain.scale(2);
    expect(drain.meanMs).toBe(20);
  });
});
