import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { TimeRing } from './time-ring.ts';

const setUp = (startMs = 0) => {
  const time = new ManualTime(startMs);
  return { time, ring: new TimeRing({ bucketMs: 1000, buckets: 10, time }) };
};

describe('TimeRing', () => {
  it('counts within its window and forgets what is older', () => {
    const { time, ring } = setUp();
    ring.add();
    time.advance(3000);
    ring.add(2);
    expect([ring.sum(1000), ring.sum(4000), ring.sum(1_000_000)]).toEqual([2, 3, 3]);
    time.advance(7000);
    expect(ring.sum(10_000)).toBe(2);
  });

  it('is empty after an idle hour (seen: rotated by one bucket, so that one more failure tripped)', () => {
    const { time, ring } = setUp();
    for (let i = 0; i < 10; i++) {
      ring.add(5);
      time.advance(1000);
    }
    time.advance(3_600_000);
    ring.add();
    expect(ring.sum(10_000)).toBe(1);
  });

  it('divides by the time measured while it is younger than the window', () => {
    const { time, ring } = setUp(500);
    for (let i = 0; i < 4; i++) {
      ring.add(5);
      time.advance(1000);
    }
    expect(ring.rate(10_000)).toBe(5);
  });

  it('divides by the part of the current bucket that is over', () => {
    const { time, ring } = setUp();
    for (let i = 0; i < 195; i++) {
      ring.add();
      time.advance(100);
    }
    expect(ring.rate(5000)).toBeCloseTo(10, 6);
  });

  it('counts as one bucket at least, and is 0 when nothing happened', () => {
    const { time, ring } = setUp();
    expect(ring.rate(10_000)).toBe(0);
    ring.add(3);
    time.advance(1);
    expect(ring.rate(10_000)).toBe(3);
  });

  it('equals a list of instants', () => {
    const script = fc.array(fc.record({ waitMs: fc.nat(4000), n: fc.nat(5) }), { maxLength: 40 });
    const property = fc.property(
      script,
      fc.integer({ min: 1, max: 10 }),
      (steps, windowBuckets) => {
        const { time, ring } = setUp(250);
        const added: { bucket: number; n: number }[] = [];
        for (const { waitMs, n } of steps) {
          time.advance(waitMs);
          ring.add(n);
          added.push({ bucket: Math.floor(time.now() / 1000), n });
          const oldest = Math.floor(time.now() / 1000) - windowBuckets;
          const expected = added.reduce((sum, it) => (it.bucket > oldest ? sum + it.n : sum), 0);
          expect(ring.sum(windowBuckets * 1000)).toBe(expected);
        }
      },
    );
    fc.assert(property, { seed: 3, numRuns: 200 });
  });

  it('refuses misuse with a RangeError', () => {
    const { time, ring } = setUp();
    expect(() => new TimeRing({ bucketMs: 0, buckets: 1, time })).toThrow(/^bucketMs/);
    expect(() => new TimeRing({ bucketMs: 1, buckets: 0, time })).toThrow(/^buckets/);
    expect(() => ring.sum(Number.NaN)).toThrow(/^windowMs/);
  });
});
