import { describe, expect, it } from 'vitest';
import {
  exponential,
  LimitSimulation,
  lognormal,
  lognormalOf,
} from '../testing/limit-simulation.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { PacedLimit } from './paced-limit.ts';

const minuteMs = 60_000;
const bounds = { initial: 10, min: 1, max: 1000 };
const simulate = (backend: ConstructorParameters<typeof LimitSimulation>[1] = {}, seed = 1) =>
  new LimitSimulation(new PacedLimit(bounds), backend, seed);
const seeds = [1, 2, 3];
/** Mean of the limit over so many seconds, looked at once a second. */
const meanLimit = (sim: LimitSimulation, seconds: number): number => {
  let sum = 0;
  for (let i = 0; i < seconds; i++) {
    sim.run(1000);
    sum += sim.limit.limit;
  }
  return sum / seconds;
};
const never = (): boolean => false;

describe('PacedLimit', () => {
  it.each([
    ['20 workers of 50 ms', 20, lognormal(50), 50],
    ['100 workers of 200 ms', 100, lognormal(200), 200],
    ['8 workers of 2 s', 8, lognormal(2000), 2000],
    ['20 workers of 10 s', 20, exponential(10_000), 10_000],
    ['4 workers of a minute', 4, lognormalOf(minuteMs, 0.7), minuteMs],
  ])('does nearly as much as a limit set by hand: %s', (_, workers, serviceMs, meanMs) => {
    let sum = 0;
    for (const seed of seeds) {
      const run = (limit: ConcurrencyLimit): number => {
        const sim = new LimitSimulation(limit, { workers, serviceMs }, seed);
        sim.run(40 * meanMs);
        return sim.run(200 * meanMs);
      };
      const byHand = { limit: workers, lastChange: null, onSample: never, onStatedCapacity: never };
      sum += run(new PacedLimit(bounds)) / run(byHand);
    }
    expect(sum / seeds.length).toBeGreaterThan(0.96);
  });

  it('follows calls that become long, and short again', () => {
    for (const seed of seeds) {
      const sim = simulate({ workers: 20, serviceMs: lognormal(50) }, seed);
      sim.run(60_000);
      sim.backend.serviceMs = lognormalOf(minuteMs, 0.7);
      sim.backend.workers = 8;
      sim.run(30 * minuteMs);
      expect(Math.abs(sim.limit.limit / 8 - 1)).toBeLessThanOrEqual(0.5);
      expect(sim.run(60 * minuteMs) * 60).toBeGreaterThan(0.9 * 8);
      sim.backend.serviceMs = lognormal(50);
      sim.backend.workers = 20;
      sim.run(10 * minuteMs);
      expect(Math.abs(meanLimit(sim, 30) / 20 - 1)).toBeLessThan(0.3);
    }
  });

  it('does not move through a night with little to do', () => {
    const sim = simulate({ workers: 20 });
    sim.run(60_000);
    sim.setArrivals(5);
    sim.run(60_000);
    const evening = sim.limit.limit;
    sim.run(10 * 60 * minuteMs);
    expect([sim.lowest, sim.highest]).toEqual([evening, evening]);
  });

  it('is driven to no bound by one call of a minute among a hundred of 50 ms', () => {
    const sim = simulate({
      workers: 100,
      serviceMs: (random, flow) => exponential(flow === 1 ? minuteMs : 50)(random),
    });
    sim.flowOf = (random) => (random() < 0.01 ? 1 : 0);
    sim.run(5 * minuteMs);
    sim.run(15 * minuteMs);
    expect([sim.lowest >= 30, sim.highest <= 500]).toEqual([true, true]);
  });

  it('keeps to what the backend states, whoever is in charge', () => {
    const sim = simulate({ workers: 50, serviceMs: lognormalOf(minuteMs, 0.7) });
    sim.limit.onStatedCapacity(12, 0);
    sim.run(30 * minuteMs);
    sim.backend.serviceMs = lognormal(50);
    sim.run(10 * minuteMs);
    sim.run(10 * minuteMs);
    expect([sim.limit.limit, sim.highest]).toEqual([12, 12]);
  });
});
