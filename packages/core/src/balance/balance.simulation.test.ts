import { describe, expect, it } from 'vitest';
import {
  BalanceSimulation,
  type BalanceSimulationOptions,
  type Condition,
} from '../testing/balance-simulation.ts';
import { seededRandom } from '../testing.ts';

const outlier = {
  ...{ outlierFailures: 5, outlierWindowMs: 10_000, outlierMinimumCalls: 20 },
  ...{ maxEjectedShare: 0.5, baseEjectionMs: 5000, maxEjectionMs: 60_000, ejectionJitter: 0 },
};

/** Three targets, 300 requests a second of 100 ms each: about ten under way at each. */
const simulate = (
  condition: (now: number) => Condition,
  more: Partial<BalanceSimulationOptions> & { seed?: number } = {},
) =>
  new BalanceSimulation({
    ...{ balancer: 'least_in_flight', targets: 3, perSecond: 300, serviceMs: 100 },
    ...{ readTimeoutMs: 2000, slowStartMs: 5000, outlier, condition },
    random: seededRandom(more.seed ?? 1),
    ...more,
  });

const between = (from: number, to: number, bad: Condition) => (now: number) =>
  now >= from * 1000 && now < to * 1000 ? bad : 'well';

const seeds = [1, 2, 3, 4, 5];

describe('Of three targets under load one', () => {
  it.each(seeds)('is killed: only what was under way there fails (seed %d)', (seed) => {
    const sim = simulate(between(10, 12, 'dead'), { seed });
    sim.run(10);
    const underWay = sim.resetFirst();
    sim.run(40);
    expect(sim.failedAt.length).toBeLessThanOrEqual(underWay);
    expect(sim.share(11, 15)).toBe(0);
    expect(sim.share(30, 40)).toBeCloseTo(1 / 3, 1);
  });

  it.each(seeds)(
    'hangs: no more fail than were under way there, and it is ejected (seed %d)',
    (seed) => {
      const sim = simulate(between(10, 14, 'hung'), { seed });
      sim.run(11);
      // Beside targets that work it has the most under way within a moment, and gets nothing more.
      const underWay = sim.targets[0]!.inFlight;
      expect(sim.share(10.5, 11)).toBeLessThan(0.05);
      sim.run(12 + 0.5);
      expect(sim.targets[0]!.ejectedAt.length).toBe(1);
      sim.run(40);
      expect(sim.failedAt.length).toBeLessThanOrEqual(underWay + outlier.outlierFailures);
      expect(sim.share(30, 40)).toBeCloseTo(1 / 3, 1);
    },
  );

  it.each(seeds)(
    'is slowed ten times: none fails, and its share falls within a second (seed %d)',
    (seed) => {
      const sim = simulate(between(10, 20, 10), { seed, readTimeoutMs: 60_000 });
      sim.run(40);
      expect(sim.failedAt).toEqual([]);
      expect(sim.share(0, 10)).toBeCloseTo(1 / 3, 1);
      expect(sim.share(11, 20)).toBeLessThan(0.1);
      expect(sim.share(30, 40)).toBeCloseTo(1 / 3, 1);
    },
  );

  it.each(seeds)('answers 500 in 1 ms: at most 20 fail before it is ejected (seed %d)', (seed) => {
    const sim = simulate(between(10, 14, 'quick_500'), { seed });
    sim.run(40);
    expect(sim.failed(10, 14)).toBeLessThanOrEqual(20);
    expect(sim.targets[0]!.ejectedAt[0]! - 10_000).toBeLessThan(1000);
    expect(sim.share(11, 14)).toBe(0);
    expect(sim.failed(14, 40)).toBe(0);
  });

  it('would draw most of the traffic by answering 500 in 1 ms if nothing ejected it (the control)', () => {
    const off = { ...outlier, maxEjectedShare: 0 };
    const sim = simulate(between(10, 14, 'quick_500'), { outlier: off });
    sim.run(20);
    expect(sim.share(11, 14)).toBeGreaterThan(0.6);
    expect(sim.failed(10, 14)).toBeGreaterThan(500);
  });

  it.each(seeds)(
    'stays broken: each time it is back it costs a handful, and less and less often (seed %d)',
    (seed) => {
      const sim = simulate(between(10, 1000, 'quick_500'), { seed });
      sim.run(150);
      const { ejectedAt } = sim.targets[0]!;
      // At 5, 10, 15 … s apart, not every 5 s.
      expect(ejectedAt.length).toBeLessThanOrEqual(8);
      expect(sim.failedAt.length).toBeLessThanOrEqual(20 * ejectedAt.length);
      expect(sim.failed(30, 150)).toBeLessThanOrEqual(6 * ejectedAt.length);
    },
  );

  it.each(seeds)(
    'flaps, dead every other half second: hardly any request fails (seed %d)',
    (seed) => {
      const flapping = (now: number): Condition =>
        now >= 10_000 && now < 40_000 && now % 1000 < 500 ? 'dead' : 'well';
      const sim = simulate(flapping, { seed });
      let underWay = 0;
      for (let second = 10; second < 40; second++) {
        sim.run(second);
        underWay += sim.resetFirst();
      }
      sim.run(50);
      expect(sim.failedAt.length).toBeLessThanOrEqual(underWay);
      // It is in use for some seconds of the thirty, and most of them slowly.
      expect(underWay).toBeLessThan(100);
      expect(sim.share(12, 40)).toBeLessThan(0.15);
    },
  );
});

describe.each(['least_in_flight', 'round_robin', 'hash'] as const)('With %s', (balancer) => {
  it('a target that is back has a tenth of its share first and all of it after the slow start', () => {
    const sim = simulate(between(10, 12, 'quick_500'), { balancer });
    sim.run(40);
    const { readmittedAt } = sim.targets[0]!;
    const back = readmittedAt[0]! / 1000;
    expect(readmittedAt.length).toBe(1);
    expect(sim.share(back, back + 0.5)).toBeGreaterThan(0);
    expect(sim.share(back, back + 0.5)).toBeLessThan(0.12);
    expect(sim.share(back + 2, back + 3)).toBeLessThan(0.27);
    expect(sim.share(back + 6, back + 16)).toBeCloseTo(1 / 3, 1);
  });

  it('at most 20 fail of a target that answers 500 in 1 ms', () => {
    const sim = simulate(between(10, 14, 'quick_500'), { balancer });
    sim.run(14);
    expect(sim.failedAt.length).toBeLessThanOrEqual(20);
  });
});
