import { describe, expect, it } from 'vitest';
import { exponential, LimitSimulation, lognormalOf } from '../testing/limit-simulation.ts';
import { SlotLimit } from './slot-limit.ts';

const minuteMs = 60_000;
/** Calls of a minute as those of model servers are: one in twenty takes more than twice as long. */
const callsOfAMinute = lognormalOf(minuteMs, 0.7);
const bounds = { initial: 10, min: 1, max: 1000 };
const simulate = (
  backend: ConstructorParameters<typeof LimitSimulation>[1] = {},
  seed = 1,
  options: Partial<typeof bounds> = {},
) =>
  new LimitSimulation(
    new SlotLimit({ ...bounds, ...options }),
    { workers: 8, serviceMs: callsOfAMinute, ...backend },
    seed,
  );
const seeds = [1, 2, 3, 4, 5, 6];
const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Of the first hour from the second minute on: share of the workers' time in use, and the most inside after ten minutes. */
function firstHour(sim: LimitSimulation): { used: number; most: number } {
  const { workers } = sim.backend;
  sim.run(2 * minuteMs);
  let used = 0;
  let seconds = 0;
  let most = 0;
  for (; sim.time.now() < 60 * minuteMs; seconds++) {
    sim.run(1000);
    used += Math.min(1, sim.atBackend / workers);
    if (sim.time.now() > 10 * minuteMs) most = Math.max(most, sim.atBackend);
  }
  return { used: used / seconds, most: most / workers };
}

describe('SlotLimit before a backend with calls of a minute', () => {
  it.each([
    [2, 1],
    [4, 1],
    [8, 1],
    [16, 1],
    [40, 1],
    [2, 0.05],
    [8, 0.05],
    [40, 0.05],
  ])(
    'keeps %i slots busy from the second minute on, and never sends half as many again after the tenth (first byte after %d of the call)',
    (workers, firstByteShare) => {
      const hours = seeds.map((seed) => firstHour(simulate({ workers, firstByteShare }, seed)));
      expect(Math.min(...hours.map(({ used }) => used))).toBeGreaterThan(0.85);
      expect(median(hours.map(({ used }) => used))).toBeGreaterThanOrEqual(0.95);
      expect(median(hours.map(({ most }) => most))).toBeLessThanOrEqual(1.5);
      expect(hours.filter(({ most }) => most <= 1.5).length).toBeGreaterThanOrEqual(5);
    },
  );

  it('is within 20 percent of the truth ten minutes after 16 slots became 6, and after they came back', () => {
    const ends = Array.from({ length: 24 }, (_, seed) => {
      const sim = simulate({ workers: 16 }, seed + 1);
      sim.run(20 * minuteMs);
      sim.backend.workers = 6;
      sim.run(10 * minuteMs);
      const down = sim.limit.limit / 6;
      sim.run(10 * minuteMs);
      sim.backend.workers = 16;
      sim.work();
      sim.run(10 * minuteMs);
      return { down, up: sim.limit.limit / 16 };
    });
    for (const step of ['down', 'up'] as const) {
      expect(Math.abs(median(ends.map((it) => it[step])) - 1)).toBeLessThanOrEqual(0.2);
    }
    expect(ends.filter(({ down }) => Math.abs(down - 1) <= 0.2).length).toBeGreaterThanOrEqual(20);
  });

  it.each([
    ['exponential', exponential(minuteMs), 8, 0.97],
    ['nearly even', lognormalOf(minuteMs, 0.05), 2, 0.95],
    ['nearly even', lognormalOf(minuteMs, 0.05), 8, 0.9],
    ['of little spread', lognormalOf(minuteMs, 0.3), 4, 0.95],
    ['of much spread', lognormalOf(minuteMs, 1.2), 40, 0.97],
  ])('does as well where their times are %s', (_, serviceMs, workers, least) => {
    const hours = seeds.map((seed) => firstHour(simulate({ workers, serviceMs }, seed)));
    expect(median(hours.map(({ used }) => used))).toBeGreaterThan(least);
    expect(median(hours.map(({ most }) => most))).toBeLessThanOrEqual(1.5);
  });

  it('stays there for a day', () => {
    const sim = simulate();
    sim.run(20 * minuteMs);
    expect(sim.run(24 * 60 * minuteMs) * 60).toBeGreaterThan(0.97 * 8);
    expect([sim.lowest >= 7, sim.highest <= 12]).toEqual([true, true]);
  });

  it('comes down to two slots from far above', () => {
    const sim = simulate({ workers: 2 }, 1, { initial: 100 });
    sim.run(120 * minuteMs);
    expect(sim.limit.limit).toBeLessThanOrEqual(3);
  });
});

describe('SlotLimit, for want of evidence', () => {
  it('does not move through a night with little to do', () => {
    const sim = simulate();
    sim.run(30 * minuteMs);
    sim.setArrivals(2 / 60);
    sim.run(10 * minuteMs);
    const evening = sim.limit.limit;
    sim.run(10 * 60 * minuteMs);
    expect([sim.lowest, sim.highest]).toEqual([evening, evening]);
  });

  it('is moved to no bound by a flood of errors', () => {
    const sim = simulate();
    sim.run(30 * minuteMs);
    sim.backend.errorShare = 0.95;
    sim.run(6 * 60 * minuteMs);
    expect([sim.lowest >= 6, sim.highest <= 16]).toEqual([true, true]);
  });

  it('goes down under constant timeouts, and comes back after them', () => {
    const sim = simulate({ timeoutMs: 10 * minuteMs });
    sim.run(20 * minuteMs);
    sim.backend.serviceMs = () => 1e8;
    sim.run(300 * minuteMs);
    expect(sim.limit.limit).toBeLessThan(5);
    sim.backend.serviceMs = callsOfAMinute;
    sim.backend.workers = 8 + sim.atBackend;
    sim.work();
    sim.run(60 * minuteMs);
    expect(sim.run(60 * minuteMs) * 60).toBeGreaterThan(0.9 * 8);
  });

  it('knows a slow day from fewer slots', () => {
    const sim = simulate();
    sim.run(30 * minuteMs);
    sim.backend.serviceMs = lognormalOf(3 * minuteMs, 0.7);
    sim.run(30 * minuteMs);
    expect(sim.run(180 * minuteMs) * 180).toBeGreaterThan(0.95 * 8);
    expect(sim.highest).toBeLessThanOrEqual(12);
  });

  it('is held neither down nor up by calls of three seconds among those of a minute', () => {
    const sim = simulate({
      workers: 20,
      serviceMs: (random, flow) => exponential(flow === 1 ? minuteMs : minuteMs / 20)(random),
    });
    sim.flowOf = (random) => (random() < 0.1 ? 1 : 0);
    sim.run(20 * minuteMs);
    sim.run(180 * minuteMs);
    expect([sim.lowest >= 18, sim.highest <= 30]).toEqual([true, true]);
  });

  it('uses most of a backend that refuses beyond its slots', () => {
    const sim = simulate({ refusesBeyond: 8 });
    sim.run(30 * minuteMs);
    expect(sim.run(180 * minuteMs) * 60).toBeGreaterThan(0.85 * 8);
    expect(sim.highest).toBeLessThanOrEqual(12);
  });
});

describe('SlotLimit before a backend that shares its power among all calls', () => {
  it('does not go on to where more do no more work, though none is seen to wait', () => {
    for (const seed of [1, 2, 3]) {
      const sim: LimitSimulation = simulate({ workers: Infinity }, seed);
      sim.backend.serviceMs = (random) =>
        exponential(minuteMs)(random) * Math.max(1, sim.atBackend / 8);
      sim.run(24 * 60 * minuteMs);
      expect(sim.highest).toBeLessThanOrEqual(130);
      expect(sim.limit.limit).toBeLessThanOrEqual(60);
    }
  });
});

describe('SlotLimit and calls whose client has left', () => {
  it('counts them for as long as they are held', () => {
    const limit = new SlotLimit({ ...bounds, initial: 4 });
    const calls = [0, 1, 2, 3].map((at) => limit.onStart(at));
    limit.onHeld(calls[0]!, 1000);
    limit.onSample(0, 10, 4, 'ignored');
    // The name is given to the next call only once the backend is done with it.
    expect(calls).not.toContain(limit.onStart(20));
    expect(limit.onStart(1001)).toBe(calls[0]);
  });
});

describe('SlotLimit and its bounds', () => {
  it('moves to what the backend states, and no further', () => {
    const sim = simulate({ workers: 40 });
    sim.run(10 * minuteMs);
    expect(sim.limit.onStatedCapacity(12, sim.time.now())).toBe(true);
    sim.run(120 * minuteMs);
    expect(sim.highest).toBeLessThanOrEqual(12);
    sim.limit.onStatedCapacity(null, sim.time.now());
    sim.run(30 * minuteMs);
    expect(sim.limit.limit).toBeGreaterThan(30);
  });

  it('refuses misuse with a RangeError', () => {
    expect(() => new SlotLimit({ initial: 1, min: 0, max: 5 })).toThrow(/^min/);
    expect(() => new SlotLimit({ initial: 1, min: 6, max: 5 })).toThrow(/^max/);
    expect(() => new SlotLimit({ initial: Number.NaN, min: 1, max: 5 })).toThrow(/^initial/);
  });
});
