import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenPlan, Stage } from '../engine.ts';
import { type Schedule, scheduleOf } from './schedule.ts';

function planOf(fields: Partial<OpenPlan>): OpenPlan {
  return {
    model: 'open',
    request: {
      url: new URL('http://localhost/'),
      method: 'GET',
      headers: {},
      body: null,
      timeoutMs: 1000,
    },
    length: { requests: null, durationMs: null, drain: true },
    stages: [],
    startRate: 0,
    arrivals: 'constant',
    maxInFlight: 1,
    seed: 1,
    ...fields,
  };
}

const constant = (rate: number, durationMs: number): Pick<OpenPlan, 'startRate' | 'stages'> => ({
  startRate: rate,
  stages: [{ durationMs, rate }],
});

function timesOf(next: Schedule, most = 1e6): number[] {
  const times: number[] = [];
  for (let time = next(); time < Number.POSITIVE_INFINITY && times.length < most; time = next()) {
    times.push(time);
  }
  return times;
}

/** The integral of the rate up to a time, by its definition. */
function dueBy(ms: number, startRate: number, stages: readonly Stage[]): number {
  let count = 0;
  let from = startRate;
  let begin = 0;
  for (const { durationMs, rate } of stages) {
    const t = Math.min(Math.max(ms - begin, 0), durationMs);
    if (durationMs > 0) {
      const here = from + ((rate - from) * t) / durationMs;
      count += (((from + here) / 2) * t) / 1000;
    }
    begin += durationMs;
    from = rate;
  }
  return count;
}

const rates = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 500, noNaN: true }));
const someStages = fc.array(
  fc.record({ durationMs: fc.integer({ min: 0, max: 3000 }), rate: rates }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

describe('constant arrivals', () => {
  it('are due at n / rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 20_000, noNaN: true }), (rate) => {
        const times = timesOf(scheduleOf(planOf(constant(rate, 10_000))), 2000);
        times.forEach((time, n) => {
          expect(time).toBeCloseTo((n * 1000) / rate, 6);
        });
      }),
    );
  });

  it('number rate x time', () => {
    expect(timesOf(scheduleOf(planOf(constant(10, 1000))))).toHaveLength(10);
    expect(timesOf(scheduleOf(planOf(constant(333, 3000))))).toHaveLength(999);
  });

  it('are, in stages, where the integral of the rate passes n, and rise', () => {
    fc.assert(
      fc.property(rates, someStages, (startRate, stages) => {
        const times = timesOf(scheduleOf(planOf({ startRate, stages })));
        const whole = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
        times.forEach((time, n) => {
          expect(Math.abs(dueBy(time, startRate, stages) - n)).toBeLessThan(1e-6 * (n + 1));
          expect(time).toBeGreaterThanOrEqual(times[n - 1] ?? 0);
          expect(time).toBeLessThanOrEqual(whole);
        });
        expect(Math.abs(times.length - dueBy(whole, startRate, stages))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('follow the square root of n in a ramp from zero', () => {
    const times = timesOf(scheduleOf(planOf({ stages: [{ durationMs: 10_000, rate: 100 }] })));
    expect(times).toHaveLength(500);
    expect(times[125]).toBeCloseTo(5000, 6);
    expect(times[320]).toBeCloseTo(8000, 6);
  });

  it('end at the number of requests, or at the duration, whichever comes first', () => {
    const endless = constant(100, Number.POSITIVE_INFINITY);
    const drain = true;
    const five = planOf({ ...endless, length: { requests: 5, durationMs: null, drain } });
    expect(timesOf(scheduleOf(five))).toEqual([0, 10, 20, 30, 40]);
    const short = planOf({ ...endless, length: { requests: 5, durationMs: 30, drain } });
    expect(timesOf(scheduleOf(short))).toEqual([0, 10, 20]);
  });
});

describe('Poisson arrivals', () => {
  const plan = planOf({ ...constant(1000, 200_000), arrivals: 'poisson', seed: 7 });

  it('have exponential gaps: mean and deviation are one over the rate', () => {
    const times = timesOf(scheduleOf(plan));
    const gaps = times.map((time, n) => time - (times[n - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(1, 1.7);
    expect(Math.sqrt(variance)).toBeCloseTo(1, 1.7);
  });

  it('have counts in windows whose variance is their mean', () => {
    const windows = new Array(2000).fill(0);
    for (const time of timesOf(scheduleOf(plan))) windows[Math.floor(time / 100)]++;
    const mean = windows.reduce((sum, count) => sum + count, 0) / windows.length;
    const variance = windows.reduce((sum, count) => sum + (count - mean) ** 2, 0) / windows.length;
    expect(mean).toBeGreaterThan(98);
    expect(mean).toBeLessThan(102);
    expect(variance / mean).toBeGreaterThan(0.85);
    expect(variance / mean).toBeLessThan(1.15);
  });

  it('follow a ramp', () => {
    const ramp = planOf({
      arrivals: 'poisson',
      stages: [{ durationMs: 100_000, rate: 1000 }],
      seed: 3,
    });
    const times = timesOf(scheduleOf(ramp));
    const firstHalf = times.filter((time) => time < 50_000).length;
    expect(times.length / 50_000).toBeCloseTo(1, 1.7);
    expect(firstHalf / times.length).toBeCloseTo(0.25, 1.9);
  });

  it('are the same for the same seed and others for another', () => {
    const first = timesOf(scheduleOf(plan), 50);
    expect(timesOf(scheduleOf(plan), 50)).toEqual(first);
    expect(timesOf(scheduleOf({ ...plan, seed: 8 }), 50)).not.toEqual(first);
  });
});

describe('shares of a plan', () => {
  it('are together the whole, when arrivals are constant', () => {
    fc.assert(
      fc.property(rates, someStages, fc.integer({ min: 1, max: 7 }), (startRate, stages, of) => {
        const plan = planOf({ startRate, stages });
        const shares = Array.from({ length: of }, (_, index) =>
          timesOf(scheduleOf({ ...plan, share: { index, of } })),
        );
        const together = shares.flat().sort((a, b) => a - b);
        expect(together).toEqual(timesOf(scheduleOf(plan)));
      }),
    );
  });

  it('have the whole rate together, when arrivals are Poisson', () => {
    const plan = planOf({ ...constant(1000, 100_000), arrivals: 'poisson' });
    const counts = [0, 1, 2, 3].map(
      (index) => timesOf(scheduleOf({ ...plan, seed: 1 + index, share: { index, of: 4 } })).length,
    );
    for (const count of counts) expect(count / 25_000).toBeCloseTo(1, 1.5);
  });
});
