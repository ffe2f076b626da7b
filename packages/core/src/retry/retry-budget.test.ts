import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { RetryBudget } from './retry-budget.ts';

const setUp = (options: Partial<ConstructorParameters<typeof RetryBudget>[0]> = {}) => {
  const time = new ManualTime();
  return { time, budget: new RetryBudget({ share: 0.2, minConcurrent: 3, time, ...options }) };
};

const startAll = (budget: RetryBudget, inFlight: number): number => {
  let started = 0;
  while (started < 10_000 && budget.tryStart(inFlight)) started++;
  return started;
};

describe('RetryBudget', () => {
  it('grants three at once to a quiet proxy and a fifth of those in flight to a busy one', () => {
    expect(startAll(setUp().budget, 1)).toBe(3);
    expect(startAll(setUp().budget, 100)).toBe(20);
  });

  it('grants none at all with a share of 0, however many requests come and however long it was quiet', () => {
    const { time, budget } = setUp({ share: 0 });
    for (let i = 0; i < 1000; i++) budget.onRequest();
    time.advance(1_000_000);
    expect([startAll(budget, 100), budget.tokens]).toEqual([0, 0]);
  });

  it('asks before it counts (seen: counted first, so that one more than the budget got through)', () => {
    expect(startAll(setUp({ minConcurrent: 1 }).budget, 0)).toBe(1);
    expect(startAll(setUp({ minConcurrent: 0 }).budget, 0)).toBe(0);
    expect(startAll(setUp({ minConcurrent: 0 }).budget, 9)).toBe(1);
    const { budget } = setUp({ minConcurrent: 1 });
    budget.tryStart(0);
    for (let i = 0; i < 10; i++) budget.tryStart(0);
    expect(budget.retrying).toBe(1);
  });

  it('grants the place of a retry that is over again, and no more when told twice', () => {
    const { budget } = setUp({ minConcurrent: 1 });
    budget.tryStart(0);
    budget.end();
    budget.end();
    expect([budget.retrying, startAll(budget, 0)]).toEqual([0, 1]);
  });

  it('bounds retries over time by the requests that paid for them', () => {
    const { budget } = setUp({ minPerSecond: 0, burst: 5 });
    const retryAtOnce = (): boolean => {
      const started = budget.tryStart(0);
      if (started) budget.end();
      return started;
    };
    for (let i = 0; i < 5; i++) expect(retryAtOnce()).toBe(true);
    let retries = 0;
    for (let i = 0; i < 1000; i++) {
      budget.onRequest();
      if (retryAtOnce()) retries++;
    }
    expect(retries).toBeGreaterThanOrEqual(199);
    expect(retries).toBeLessThanOrEqual(200);
  });

  it('lets a few through each second although no requests come', () => {
    const { time, budget } = setUp({ minPerSecond: 2, burst: 1 });
    budget.tryStart(0);
    budget.end();
    expect(budget.tryStart(0)).toBe(false);
    time.advance(500);
    expect(budget.tryStart(0)).toBe(true);
  });

  it('shows what is left and what it refused', () => {
    const { time, budget } = setUp({ minPerSecond: 1, burst: 4 });
    expect(startAll(budget, 100)).toBe(4);
    expect([budget.tokens, budget.refusedAtOnce, budget.refusedOverTime]).toEqual([0, 0, 1]);
    time.advance(2_500);
    expect(budget.tokens).toBe(2.5);
    expect(startAll(budget, 25)).toBe(1);
    expect([budget.refusedAtOnce, budget.refusedOverTime]).toEqual([1, 1]);
    expect(setUp({ share: 1 }).budget.tokens).toBe(Infinity);
  });

  it('leaves only the bound on those at once when the share is 1', () => {
    const { budget } = setUp({ share: 1, minPerSecond: 0, burst: 1 });
    expect(startAll(budget, 500)).toBe(500);
  });

  it('keeps retries within the budget at every instant', () => {
    const steps = fc.array(fc.record({ start: fc.boolean(), inFlight: fc.nat(60) }));
    const property = fc.property(steps, (script) => {
      const { budget } = setUp();
      for (const { start, inFlight } of script) {
        const before = budget.retrying;
        if (!start) budget.end();
        else if (budget.tryStart(inFlight)) {
          expect(budget.retrying).toBe(before + 1);
          expect(budget.retrying).toBeLessThanOrEqual(Math.max(3, 0.2 * inFlight));
        }
      }
    });
    fc.assert(property, { seed: 5, numRuns: 200 });
  });

  it('refuses misuse with a RangeError', () => {
    expect(() => setUp({ share: -0.1 })).toThrow(/^share/);
    expect(() => setUp({ minConcurrent: Number.NaN })).toThrow(/^minConcurrent/);
  });
});
