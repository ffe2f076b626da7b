import { describe, expect, it } from 'vitest';
import { exponential, LimitSimulation, lognormal } from '../testing/limit-simulation.ts';
import { AimdLimit } from './aimd-limit.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';

const bounds = { initial: 20, min: 1, max: 1000 };
const simulate = (
  backend: ConstructorParameters<typeof LimitSimulation>[1] = {},
  options: Partial<typeof bounds> = {},
  seed = 1,
) => new LimitSimulation(new AimdLimit({ ...bounds, ...options }), backend, seed);
const setWorkers = (sim: LimitSimulation, workers: number): void => {
  sim.backend.workers = workers;
  sim.work();
};
/** Mean of the limit over so many seconds, looked at once a second. */
const meanLimit = (sim: LimitSimulation, seconds: number): number => {
  let sum = 0;
  for (let i = 0; i < seconds; i++) {
    sim.run(1000);
    sum += sim.limit.limit;
  }
  return sum / seconds;
};
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('AimdLimit before a backend that queues without bound (20 workers of 50 ms)', () => {
  it.each(seeds)(
    'does at least 96 percent of the work possible, with little queue (seed %d)',
    (seed) => {
      const sim = simulate({}, {}, seed);
      sim.run(30_000);
      const goodput = sim.run(300_000);
      expect(goodput / 400).toBeGreaterThan(0.96);
      const meanMs = sim.latencySumMs / (goodput * 300);
      expect(meanMs).toBeLessThan(50 * 1.25);
    },
  );

  /** Limit / truth 25 s (about 20 windows) after 50 workers became 20, and again after they came back. */
  const afterSteps = (seed: number): { down: number; up: number } => {
    const sim = simulate({ workers: 50 }, {}, seed);
    sim.run(60_000);
    setWorkers(sim, 20);
    sim.run(25_000);
    const down = meanLimit(sim, 20) / 20;
    setWorkers(sim, 50);
    sim.run(25_000);
    return { down, up: meanLimit(sim, 20) / 50 };
  };

  // Exponential service times are the hardest: a window of 400 is known to 5 percent.
  it.each([1, 1001])(
    'is within 20 percent of the truth some 20 windows after a step from 50 to 20 and back (60 seeds from %d on)',
    (first) => {
      const ends = Array.from({ length: 60 }, (_, i) => afterSteps(first + i));
      const within = (share: number) => (it: number) => Math.abs(it - 1) <= share;
      for (const ratios of [ends.map((it) => it.down), ends.map((it) => it.up)]) {
        expect(ratios.filter(within(0.2)).length).toBeGreaterThanOrEqual(58);
        expect(ratios.filter(within(0.3)).length).toBe(60);
      }
    },
    60_000,
  );

  it('comes down from a start far above', () => {
    const sim = simulate({ workers: 8 }, { initial: 100 });
    sim.run(240_000);
    expect(Math.abs(meanLimit(sim, 30) / 8 - 1)).toBeLessThan(0.3);
  });

  it('comes up to 200 from a start far below', () => {
    const sim = simulate({ workers: 200 }, { initial: 4 });
    sim.run(60_000);
    expect(Math.abs(meanLimit(sim, 30) / 200 - 1)).toBeLessThan(0.2);
  });

  it('works as well for calls of ten seconds, only more slowly', () => {
    const sim = simulate({ serviceMs: exponential(10_000) });
    sim.run(3_600_000);
    expect(sim.run(3_600_000) / 2).toBeGreaterThan(0.93);
    expect(sim.highest).toBeLessThan(40);
  });

  it('stays bounded for a whole day (seen: upward drift, since the queue itself became the baseline)', () => {
    const sim = simulate();
    sim.run(60_000);
    sim.run(12 * 3_600_000);
    expect([sim.lowest > 8, sim.highest < 36]).toEqual([true, true]);
  }, 60_000);
});

/** Good answers over those of the same seconds with the limit set by hand, means over the seeds. */
const besideByHand = (
  backend: { workers: number; meanMs: number; stallMs?: number },
  initial: number,
): { goodput: number; latency: number } => {
  const { workers, meanMs, stallMs = 0 } = backend;
  const byHand = { limit: workers, lastChange: null, onSample: never, onStatedCapacity: never };
  const run = (limit: ConcurrencyLimit, seed: number) => {
    const sim: LimitSimulation = new LimitSimulation(limit, { workers }, seed);
    const lastMs = exponential(stallMs);
    if (stallMs > 0) sim.beginStalls({ everyMs: 100, lastMs, known: false });
    // A fresh process answers slowly at first.
    sim.backend.serviceMs = (random) =>
      lognormal(meanMs)(random) * (stallMs > 0 ? 1 + 1.5 * Math.exp(-sim.time.now() / 300) : 1);
    sim.run(40 * meanMs);
    const goodput = sim.run(200 * meanMs);
    return { goodput, latency: sim.latencySumMs / goodput };
  };
  const sum = { goodput: 0, latency: 0 };
  for (let seed = 1; seed <= 20; seed++) {
    const [auto, hand] = [
      run(new AimdLimit({ initial, min: 1, max: 1000 }), seed),
      run(byHand, seed),
    ];
    sum.goodput += auto.goodput / hand.goodput / 20;
    sum.latency += auto.latency / hand.latency / 20;
  }
  return sum;
};
const never = (): boolean => false;

describe('AimdLimit in its first seconds, beside a limit set by hand', () => {
  it.each([
    ['20 workers', { workers: 20, meanMs: 50 }, 0.975],
    [
      '20 workers, cold, through a proxy that stalls',
      { workers: 20, meanMs: 50, stallMs: 8 },
      0.975,
    ],
    [
      '13 workers, cold, through a proxy that stalls',
      { workers: 13, meanMs: 50, stallMs: 8 },
      0.96,
    ],
    ['100 workers', { workers: 100, meanMs: 200 }, 0.96],
    ['4 workers', { workers: 4, meanMs: 50 }, 0.85],
  ])('does nearly as much: %s', (_, backend, least) => {
    const { goodput, latency } = besideByHand(backend, 10);
    expect(goodput).toBeGreaterThan(least);
    // It was the opposite: the cold first answers became the baseline, and the queue was for ever.
    expect(latency).toBeLessThan(1.5);
  });

  it.each([3, 10, 100])('begins at %d just as well', (initial) => {
    expect(besideByHand({ workers: 20, meanMs: 50 }, initial).goodput).toBeGreaterThan(0.96);
  });
});

describe('AimdLimit in a process whose own event loop stands still for 50 to 200 ms, three times a second', () => {
  const stalls = { everyMs: 333, lastMs: (random: () => number) => 50 + 150 * random() };
  /** Limit / truth, and good answers over those with the limit set by hand; of a minute each. */
  const starved = (known: boolean, seed: number): { limit: number; goodput: number } => {
    const byHand = { limit: 50, lastChange: null, onSample: never, onStatedCapacity: never };
    const run = (limit: ConcurrencyLimit) => {
      const sim = new LimitSimulation(limit, { workers: 50, serviceMs: lognormal(50) }, seed);
      sim.run(30_000);
      sim.beginStalls({ ...stalls, known });
      sim.run(60_000);
      const good = sim.good;
      return { limit: meanLimit(sim, 60) / 50, good: sim.good - good };
    };
    const auto = run(new AimdLimit(bounds));
    return { limit: auto.limit, goodput: auto.good / run(byHand).good };
  };

  it('stays within 20 percent of the truth where the late answers are left out', () => {
    for (const seed of seeds) {
      const { limit, goodput } = starved(true, seed);
      expect(Math.abs(limit - 1)).toBeLessThan(0.2);
      expect(goodput).toBeGreaterThan(0.95);
    }
  });

  it('is driven down where they are taken for the upstream', () => {
    const ends = seeds.map((seed) => starved(false, seed));
    expect(Math.min(...ends.map((it) => it.limit))).toBeLessThan(0.75);
    expect(Math.min(...ends.map((it) => it.goodput))).toBeLessThan(0.85);
  });
});

describe('AimdLimit before a backend that refuses beyond 20', () => {
  it('uses most of it', () => {
    const sim = simulate({ refusesBeyond: 20 });
    sim.run(60_000);
    expect(sim.run(300_000) / 400).toBeGreaterThan(0.92);
    expect(sim.highest).toBeLessThan(30);
  });
});

describe('AimdLimit, failures seen elsewhere', () => {
  it('takes fifty timeouts at once for one decrease (seen: one each, and so the floor)', () => {
    const limit = new AimdLimit({ ...bounds, initial: 100 });
    for (let i = 0; i < 50; i++) limit.onSample(0, 2000, 100, 'dropped');
    expect([limit.limit, limit.lastChange?.reason]).toEqual([75, 'drops']);
    for (let i = 0; i < 50; i++) limit.onSample(1999, 4000 + i, 75, 'dropped');
    expect(limit.limit).toBe(75);
  });

  it('goes down under constant timeouts, and comes back after them (seen: to the maximum, or at the floor for ever)', () => {
    const sim = simulate({ timeoutMs: 2000 });
    sim.run(30_000);
    sim.backend.serviceMs = () => 100_000;
    sim.run(200_000);
    expect(sim.limit.limit).toBeLessThan(8);
    sim.backend.serviceMs = exponential(50);
    sim.run(100_000);
    sim.run(60_000);
    expect(Math.abs(meanLimit(sim, 20) / 20 - 1)).toBeLessThan(0.25);
  });

  it('does not take a flood of fast errors for a fast upstream', () => {
    const sim = simulate();
    sim.run(60_000);
    sim.backend.errorShare = 0.98;
    sim.run(120_000);
    // Half of those in flight are errors by then: for 20 at work it takes 40.
    expect(sim.highest).toBeLessThan(60);
    sim.backend.errorShare = 0;
    sim.run(60_000);
    expect(Math.abs(meanLimit(sim, 20) / 20 - 1)).toBeLessThan(0.25);
  });

  it('does not move through a night with little to do', () => {
    const sim = simulate();
    sim.run(60_000);
    sim.setArrivals(5);
    sim.run(60_000);
    const evening = sim.limit.limit;
    sim.run(10 * 3_600_000);
    expect([sim.lowest, sim.highest, sim.limit.limit]).toEqual([evening, evening, evening]);
  });

  it('grows only while it is used', () => {
    const sim = simulate({ workers: 1000 });
    sim.setArrivals(100);
    sim.run(600_000);
    expect(sim.limit.limit).toBe(20);
  });

  it.each([1, 2, 3])(
    'knows a slow day from a queue, and forgets it afterwards (seed %d)',
    (seed) => {
      const sim = simulate({}, {}, seed);
      sim.run(60_000);
      sim.backend.serviceMs = exponential(150);
      sim.run(60_000);
      expect((sim.run(3_600_000) * 0.15) / 20).toBeGreaterThan(0.95);
      sim.backend.serviceMs = exponential(50);
      sim.run(120_000);
      expect(sim.run(600_000) / 400).toBeGreaterThan(0.96);
      expect(sim.highest).toBeLessThan(36);
    },
  );

  it.each([false, true])(
    'is driven to no bound by a mix of 50 ms and 60 s (flows told: %s)',
    (told) => {
      const sim = simulate({
        workers: 100,
        serviceMs: (random, flow) => exponential(flow === 1 ? 60_000 : 50)(random),
      });
      sim.tellsFlow = told;
      sim.flowOf = (random) => (random() < 0.1 ? 1 : 0);
      sim.run(3_600_000);
      sim.run(4 * 3_600_000);
      expect([sim.lowest >= 5, sim.highest <= 250]).toEqual([true, true]);
    },
  );

  it('a floor is no probe: what is slow there does not become the baseline for growth without end', () => {
    const sim = simulate({ workers: 4 }, { min: 10 });
    sim.run(60_000);
    sim.run(3_600_000);
    expect(sim.highest).toBeLessThan(30);
    expect(meanLimit(sim, 60)).toBeLessThan(20);
  });

  it('at the floor it finds out that the upstream has only become slower', () => {
    const sim = simulate({ workers: 40 }, { min: 10, initial: 10 });
    sim.setArrivals(100);
    sim.run(30_000);
    sim.backend.serviceMs = exponential(200);
    sim.setArrivals(Infinity);
    sim.run(600_000);
    expect(meanLimit(sim, 60)).toBeGreaterThan(32);
  });

  it('ignores a slow answer from before the window', () => {
    const sim = simulate();
    sim.run(60_000);
    const { limit, time } = sim;
    const inFlight = limit.limit;
    let at = time.now();
    const answerLate = (): void => {
      for (let i = 0; i < 5000; i++) {
        at += 10;
        limit.onSample(-300_000, at, inFlight, 'success');
      }
    };
    // The window that was under way may end, with what it has seen itself.
    answerLate();
    const { lastChange } = limit;
    expect(limit.limit).toBeGreaterThanOrEqual(inFlight);
    answerLate();
    expect(limit.lastChange).toBe(lastChange);
  });
});

describe('AimdLimit and what the upstream states', () => {
  it('moves there, stays at or below, and is free again when told so', () => {
    const sim = simulate({ workers: 50 });
    sim.run(60_000);
    expect(sim.limit.onStatedCapacity(12, sim.time.now())).toBe(true);
    expect([sim.limit.limit, sim.limit.lastChange?.reason]).toEqual([12, 'stated']);
    // A long time: it once looked above now and then.
    sim.run(600_000);
    expect(sim.highest).toBeLessThanOrEqual(12);
    sim.limit.onStatedCapacity(null, sim.time.now());
    sim.run(60_000);
    expect(sim.limit.limit).toBeGreaterThan(40);
  });

  it('keeps its bounds', () => {
    const limit = new AimdLimit({ initial: 20, min: 5, max: 30 });
    limit.onStatedCapacity(0, 0);
    expect(limit.limit).toBe(5);
    limit.onStatedCapacity(1000, 0);
    expect(limit.limit).toBe(30);
  });

  it('refuses misuse with a RangeError', () => {
    expect(() => new AimdLimit({ initial: 1, min: 0, max: 5 })).toThrow(/^min/);
    expect(() => new AimdLimit({ initial: 1, min: 6, max: 5 })).toThrow(/^max/);
    expect(() => new AimdLimit({ initial: Number.NaN, min: 1, max: 5 })).toThrow(/^initial/);
  });
});
