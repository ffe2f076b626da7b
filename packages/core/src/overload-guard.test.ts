import { describe, expect, it } from 'vitest';
import { OverloadGuard, type Strain } from './overload-guard.ts';
import { seededRandom } from './testing.ts';

const options = {
  eventLoopDelayMs: { from: 100, full: 500 },
  memory: { from: 0.85, full: 0.95 },
  connections: { from: 0.9, full: 1 },
};
const calm: Strain = { eventLoopDelayMs: 5, memory: 0.3, connections: 0.1 };
const settle = (guard: OverloadGuard, strain: Partial<Strain>, times = 60) => {
  for (let i = 0; i < times; i++) guard.measure({ ...calm, ...strain });
  const { overload } = guard;
  return overload && [overload.resource, Math.round(overload.shed * 100) / 100];
};

describe('OverloadGuard', () => {
  it('lets all in while all is well', () => {
    const guard = new OverloadGuard(options);
    expect(settle(guard, { eventLoopDelayMs: 99, memory: 0.84, connections: 0.89 })).toBe(null);
    expect(guard.sheds(0)).toBe(null);
  });

  it.each([
    ['event_loop', { eventLoopDelayMs: 100 }, 0.1],
    ['event_loop', { eventLoopDelayMs: 300 }, 0.55],
    ['event_loop', { eventLoopDelayMs: 5000 }, 1],
    ['memory', { memory: 0.9 }, 0.55],
    ['memory', { memory: 0.99 }, 1],
    ['connections', { connections: 0.95 }, 0.55],
  ])('sheds a share that grows with the strain: %s %j', (resource, strain, share) => {
    expect(settle(new OverloadGuard(options), strain)).toEqual([resource, share]);
  });

  it('names the one that is worst off', () => {
    const both = { eventLoopDelayMs: 140, memory: 0.94 };
    expect(settle(new OverloadGuard(options), both)?.[0]).toBe('memory');
    const equal = { eventLoopDelayMs: 9999, memory: 1, connections: 1 };
    expect(settle(new OverloadGuard(options), equal)).toEqual(['event_loop', 1]);
  });

  it('sheds just that share of the requests', () => {
    const guard = new OverloadGuard(options);
    settle(guard, { eventLoopDelayMs: 300 });
    const random = seededRandom(4);
    const shed = Array.from({ length: 10_000 }, () => guard.sheds(random())).filter(Boolean);
    expect(shed.length / 10_000).toBeCloseTo(0.55, 1);
  });

  it('takes one hiccup for little', () => {
    const guard = new OverloadGuard(options);
    guard.measure({ ...calm, eventLoopDelayMs: 2000 });
    expect(guard.overload?.shed).toBe(0.5);
    expect(settle(guard, {}, 20)).toBe(null);
  });

  it('does not flap around its threshold: what has begun ends well below', () => {
    const guard = new OverloadGuard(options);
    let turns = 0;
    let before = false;
    for (let i = 0; i < 1000; i++) {
      guard.measure({ ...calm, eventLoopDelayMs: i % 2 === 0 ? 105 : 90 });
      const now = guard.overload !== null;
      if (now !== before) turns++;
      before = now;
    }
    expect(turns).toBe(1);
    expect(settle(guard, { eventLoopDelayMs: 81 })).toEqual(['event_loop', 0.1]);
    expect(settle(guard, { eventLoopDelayMs: 79 })).toBe(null);
    expect(settle(guard, { eventLoopDelayMs: 90 })).toBe(null);
  });

  it('ends by the measure that began it: another one that is high as ever does not keep it going', () => {
    const guard = new OverloadGuard(options);
    settle(guard, { eventLoopDelayMs: 400, memory: 0.8 });
    expect(settle(guard, { memory: 0.8 })).toBe(null);
  });

  it('lets requests back in step by step, not all at once', () => {
    const guard = new OverloadGuard(options);
    settle(guard, { memory: 1 });
    const shares: number[] = [];
    for (let i = 0; i < 5; i++) shares.push(guard.measure(calm)?.shed ?? 0);
    expect(shares.map((share) => Math.round(share * 100))).toEqual([80, 64, 51, 41, 33]);
  });

  it('settles on a share when shedding itself relieves the strain', () => {
    const guard = new OverloadGuard(options);
    const shares: number[] = [];
    for (let i = 0; i < 300; i++) {
      // Twice the work there is time for: the delay falls with what is let in.
      const admitted = 2 * (1 - (guard.overload?.shed ?? 0));
      guard.measure({ ...calm, eventLoopDelayMs: Math.max(5, 300 * admitted - 100) });
      if (i > 200) shares.push(guard.overload?.shed ?? 0);
    }
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.05);
  });

  it('refuses misuse with a RangeError that names the field', () => {
    expect(() => new OverloadGuard({ ...options, memory: { from: 0.9, full: 0.8 } })).toThrow(
      /^memory.full/,
    );
    expect(() => new OverloadGuard({ ...options, release: 2 })).toThrow(/^1 - release/);
  });
});
