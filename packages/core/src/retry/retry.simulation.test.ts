import { drawExponential, seededRandom } from '@spillway/random';
import { describe, expect, it } from 'vitest';
import type { ServiceSettings } from '../service/service-settings.ts';
import { RetrySimulation, type RetrySimulationOptions } from '../testing/retry-simulation.ts';
import { settingsWith } from '../testing/settings.ts';

const exponential =
  (meanMs: number) =>
  (random: () => number): number =>
    meanMs * drawExponential(random);

type Load = Partial<RetrySimulationOptions>;

/** No limit and no breaker unless they are asked for. */
const simulate = (protection: Partial<ServiceSettings>, load: Load) => {
  const retries = { maxRetries: 2, retryOnTimeout: true, firstByteTimeoutMs: 500 };
  return new RetrySimulation({
    ...{ workers: 20, perSecond: 200, serviceMs: exponential(50), refusedShare: () => 0 },
    ...load,
    settings: settingsWith({ ...retries, ...protection }),
  });
};

const limited = { maxConcurrentRequests: 22, maxQueueSize: 100 };
const withBreaker = { circuitBreakerThreshold: 5, circuitBreakerProbes: 3 };

describe('A slowdown of five seconds at half load (metastable failure)', {
  timeout: 60_000,
}, () => {
  /** `factor` times slower from second 10 to 15. */
  const slowdown = (factor: number, seed: number): Load => ({
    seed,
    serviceMs: (random, now) =>
      exponential(50 * (now >= 10_000 && now < 15_000 ? factor : 1))(random),
  });

  it('without budget and limit, two retries make a collapse of it that never ends (the control)', () => {
    const sim = simulate({ retryBudget: Infinity }, slowdown(4, 1));
    sim.run(120);
    expect(sim.goodShare(0, 9)).toBeGreaterThan(0.99);
    expect(sim.goodShare(60, 115)).toBeLessThan(0.05);
    expect(sim.amplification(60, 110)).toBeGreaterThan(2.5);
  });

  it('without retries it would have ended: they are the cause', () => {
    const sim = simulate({ retryBudget: 0, maxRetries: 0 }, slowdown(4, 1));
    sim.run(60);
    expect(sim.goodShare(40, 58)).toBeGreaterThan(0.99);
  });

  const all = { retryBudget: 0.2, ...limited, ...withBreaker };
  it.each([
    [4, 1],
    [4, 2],
    [4, 3],
    [20, 1],
    [20, 2],
    [20, 3],
  ])(
    'with budget, limiter, queue and breaker it is over within 3 s (%d times slower, seed %d)',
    (factor, seed) => {
      const sim = simulate(all, slowdown(factor, seed));
      sim.run(40);
      expect(sim.goodShare(18, 38)).toBeGreaterThan(0.99);
      for (let second = 18; second < 38; second++) {
        expect(sim.goodShare(second, second + 1)).toBeGreaterThan(0.95);
      }
      expect(sim.amplification(10, 18)).toBeLessThan(1.2);
      expect(sim.amplification(0, 38)).toBeLessThan(1.2);
    },
  );

  it('the budget alone bounds the load that retries add', () => {
    const sim = simulate({ retryBudget: 0.2 }, slowdown(4, 1));
    sim.run(120);
    // 100 tokens to begin with, and one for five requests.
    expect(sim.amplification(0, 119)).toBeLessThan(1.2 + 101 / (119 * 200));
  });
});

/**
 * Bound for requests that meet a flood of quick 503s: attempts fail with probability p each, k retries are
 * allowed, waits are U(0, F), U(0, 2F), ...; the flood lasts T. A request that comes in it fails when all
 * k + 1 attempts fall into it and fail: good >= 1 - p^(k+1) x E[max(0, 1 - wait/T)] >= 1 - p^(k+1).
 */
const goodAtLeast = (p: number, k: number, factorMs: number, floodMs: number): number => {
  const random = seededRandom(99);
  const draws = 100_000;
  let stillInFlood = 0;
  for (let i = 0; i < draws; i++) {
    let waitMs = 0;
    for (let n = 0; n < k; n++) waitMs += random() * factorMs * 2 ** n;
    stillInFlood += Math.max(0, 1 - waitMs / floodMs) / draws;
  }
  return 1 - p ** (k + 1) * stillInFlood;
};

describe('Half of the answers 503 for five seconds at 0.7 of the capacity', () => {
  const flood = (seed: number): Load => ({
    seed,
    perSecond: 280,
    refusedShare: (now) => (now >= 10_000 && now < 15_000 ? 0.5 : 0),
  });
  const goodWith = (protection: Partial<ServiceSettings>, seed: number): number => {
    const usual = { retryBudget: 1, firstByteTimeoutMs: 10_000, ...limited };
    const sim = simulate({ ...usual, ...protection }, flood(seed));
    sim.run(60);
    expect(sim.goodShare(0, 10)).toBe(1);
    expect(sim.goodShare(16, 40)).toBe(1);
    return sim.goodShare(10, 15);
  };

  it.each([
    { maxRetries: 2, retryBackoffFactor: 0.5, good: 0.89 },
    { maxRetries: 3, retryBackoffFactor: 0.5, good: 0.96 },
    { maxRetries: 4, retryBackoffFactor: 0.5, good: 0.99 },
    { maxRetries: 2, retryBackoffFactor: 2.5, good: 0.96 },
  ])(
    'ends as well as the bound says: $maxRetries retries, factor $retryBackoffFactor s, budget of 100 percent',
    ({ good, ...protection }) => {
      const { maxRetries, retryBackoffFactor } = protection;
      const bound = goodAtLeast(0.5, maxRetries, retryBackoffFactor * 1000, 5000);
      expect(bound).toBeCloseTo(good, 2);
      const seen = [1, 2, 3, 4].map((seed) => goodWith(protection, seed));
      const mean = seen.reduce((sum, it) => sum + it, 0) / seen.length;
      expect(Math.abs(mean - bound)).toBeLessThan(0.015);
    },
  );

  it('two retries of the usual pace miss 95 percent, whatever the budget', () => {
    expect(goodWith({ maxRetries: 2 }, 1)).toBeLessThan(0.95);
  });

  it('the usual budget of a fifth lets far fewer through: that is what it is for', () => {
    expect(goodWith({ retryBudget: 0.2, maxRetries: 4 }, 1)).toBeLessThan(0.85);
  });
});
