import { describe, expect, it } from 'vitest';
import type { SimulationResult } from './result.ts';
import type { Phase } from './scenario.ts';
import { simulate } from './simulate.ts';
import { exponential, fixed, scenario } from './testing/scenarios.ts';

const phase = (fromMs: number, toMs: number, changes: Partial<Phase>): Phase => {
  return { fromMs, toMs, load: 1, service: 1, failing: null, down: false, ...changes };
};

const ends = ({ all }: SimulationResult): number =>
  all.good + all.unfinished + Object.values(all.notGood).reduce((sum, n) => sum + n, 0);

describe('a run', () => {
  const mixed = scenario({
    groups: [
      { name: 'web', ratePerSecond: 500, resends: 2 },
      { name: 'batch', ratePerSecond: 20, service: exponential(500), patienceMs: 3000 },
    ],
    backend: { failing: 0.05, queue: 50 },
    run: { phases: [phase(20_000, 25_000, { load: 2 }), phase(40_000, 43_000, { down: true })] },
  });

  it('ends the same from the same seed, and otherwise from another', () => {
    expect(simulate(mixed)).toEqual(simulate(mixed));
    expect(simulate({ ...mixed, seed: 2 }).all.good).not.toBe(simulate(mixed).all.good);
  });

  it.each(['proxy', 'limit', 'none'] as const)(
    'counts each request once behind %s',
    (protection) => {
      const result = simulate({ ...mixed, protection });
      expect(ends(result)).toBe(result.all.offered);
      const { web, batch } = result.groups;
      expect(web!.offered + batch!.offered).toBe(result.all.offered);
      expect(web!.good + batch!.good).toBe(result.all.good);
    },
  );

  it('brings the same requests whatever stands before the backend', () => {
    const of = (protection: 'proxy' | 'none') => {
      return simulate({ ...mixed, protection }).seconds.map(({ offered }) => offered);
    };
    expect(of('none')).toEqual(of('proxy'));
  });

  it('refuses nonsense', () => {
    const wrong = (run: object) => () => simulate(scenario({ run }));
    expect(wrong({ warmUpMs: 60_000 })).toThrow('warm-up must be shorter');
    expect(wrong({ phases: [phase(5, 5, {})] })).toThrow('a phase must end after it begins');
    expect(() => simulate(scenario({ groups: [{}, {}] }))).toThrow('a name of its own');
  });
});

describe('at twice the capacity', () => {
  it('an unprotected backend that serves on for clients who left gives no good answer', () => {
    const { goodShare, all, wasted, answeredLate } = simulate(
      scenario({ run: { protection: 'none' } }),
    );
    expect(goodShare).toBeLessThan(0.01);
    expect(all.left / all.offered).toBeGreaterThan(0.99);
    expect(wasted).toBeGreaterThan(0.99);
    expect(answeredLate).toBeGreaterThan(20_000);
  });

  it('the proxy keeps the backend at its best, and refuses the rest at once', () => {
    const { goodShare, all, utilisation, wasted } = simulate(scenario());
    expect(goodShare).toBeGreaterThan(0.98);
    expect(all.refused / all.offered).toBeCloseTo(0.5, 1);
    expect(all.refusalMs.p99).toBe(0);
    expect([utilisation, wasted]).toEqual([expect.closeTo(1, 2), 0]);
    // 100 places before 20 workers of 50 ms: 250 ms.
    expect(all.waitMs.p50).toBeGreaterThan(220);
    expect(all.waitMs.p50).toBeLessThan(270);
    expect(all.responseMs.p95).toBeLessThan(1000);
  });

  it('a limit without a line loses what the line would have kept busy', () => {
    const { goodShare, all } = simulate(scenario({ run: { protection: 'limit' } }));
    // Erlang B of 20 servers offered 40 refuses 53.8 %.
    expect(Math.abs(all.refused / all.offered / 0.538 - 1)).toBeLessThan(0.03);
    expect(goodShare).toBeLessThan(0.96);
  });

  it('a line longer than the patience of clients serves them just before they leave', () => {
    const { goodShare, all } = simulate(scenario({ proxy: { maxQueueSize: 500 } }));
    expect(goodShare).toBeLessThan(0.3);
    expect(all.left / all.offered).toBeGreaterThan(0.4);
  });

  it('knowing how long clients wait turns away whom that line would lose', () => {
    const { goodShare, all } = simulate(
      scenario({ group: { tellsPatience: true }, proxy: { maxQueueSize: 500 } }),
    );
    expect(goodShare).toBeGreaterThan(0.85);
    expect(all.notGood.deadline_unreachable).toBeGreaterThan(0);
  });

  it('an adaptive order of the line keeps most of it too', () => {
    const { goodShare } = simulate(
      scenario({ proxy: { maxQueueSize: 500, queueOrder: 'adaptive' } }),
    );
    expect(goodShare).toBeGreaterThan(0.8);
  });

  it('a class with a share of its own is served before the others', () => {
    const classes = [
      { name: 'low', reservedShare: 0, precedence: 0 },
      { name: 'high', reservedShare: 0.3, precedence: 1 },
    ];
    const { groups } = simulate(
      scenario({
        groups: [
          { name: 'web', ratePerSecond: 200, class: 'high' },
          { name: 'crawler', ratePerSecond: 600, class: 'low' },
        ],
        proxy: { classes },
      }),
    );
    expect(groups.web!.good / groups.web!.offered).toBeGreaterThan(0.98);
    expect(groups.crawler!.good / groups.crawler!.offered).toBeLessThan(0.5);
  });

  it('a key that asks for everything leaves the others their part', () => {
    const all = (key: string, ratePerSecond: number) => ({ name: key, key, ratePerSecond });
    const { groups } = simulate(scenario({ groups: [all('greedy', 700), all('modest', 100)] }));
    expect(groups.modest!.good / groups.modest!.offered).toBeGreaterThan(0.95);
  });
});

describe('clients that send again', () => {
  const storm = { resends: 3 };

  it('keep an unprotected backend down after a spike is long over', () => {
    const phases = [phase(10_000, 15_000, { load: 3 })];
    const run = { protection: 'none', phases } as const;
    const result = simulate(scenario({ group: { ...storm, ratePerSecond: 300 }, run }));
    expect(result.recoveries).toEqual([{ phase: phases[0], afterMs: null }]);
    expect(result.all.sendsPerRequest).toBeGreaterThan(2);
    expect(result.seconds.slice(50).reduce((sum, { good }) => sum + good, 0)).toBe(0);
  });

  it('are over it at once behind the proxy', () => {
    const phases = [phase(10_000, 15_000, { load: 3 })];
    const result = simulate(scenario({ group: { ...storm, ratePerSecond: 300 }, run: { phases } }));
    expect(result.recoveries[0]!.afterMs).toBeLessThanOrEqual(3000);
    expect(result.all.upstreamPerRequest).toBeLessThanOrEqual(1.2);
    expect(result.goodShare).toBeGreaterThan(0.98);
  });
});

describe('what cannot be answered', () => {
  it('is sent as often as the client has patience for, and then given up', () => {
    const proxy = { maxRetries: 0, circuitBreakerThreshold: 0 };
    const group = { ratePerSecond: 100, resends: 2 };
    const { all } = simulate(scenario({ group, proxy, backend: { failing: 1, errors: 'slow' } }));
    expect(all).toMatchObject({ good: 0, sendsPerRequest: 3, upstreamPerRequest: 3 });
    expect(all.notGood).toEqual({ upstream_error: all.offered });
  });

  it('is not held against anybody: possible is what the backend could do while it was there', () => {
    const phases = [phase(20_000, 30_000, { down: true }), phase(40_000, 50_000, { load: 10 })];
    const { possiblePerSecond, capacityPerSecond } = simulate(
      scenario({ group: { ratePerSecond: 200 }, run: { phases, arrivals: 'even' } }),
    );
    expect(capacityPerSecond).toBeCloseTo((400 * 45) / 55, 5);
    expect(possiblePerSecond).toBeCloseTo((200 * 35 + 400 * 10) / 55, 0);
  });

  it('is also what takes longer than the client waits', () => {
    const group = { ratePerSecond: 100, patienceMs: 50 };
    const { possiblePerSecond, goodShare } = simulate(scenario({ group }));
    expect(possiblePerSecond / 100).toBeCloseTo(1 - Math.exp(-1), 1);
    expect(goodShare).toBeCloseTo(1, 1);
  });
});

describe('retries of the proxy', () => {
  const failing = { failing: 0.1, errors: 'slow' } as const;
  const group = { ratePerSecond: 200, patienceMs: 10_000 };

  it('mend what fails now and then, within the budget', () => {
    // Those in backoff hold a place in the budget: with long ones it is full most of the time.
    const proxy = { retryBackoffFactor: 0.05 };
    const { all } = simulate(scenario({ group, backend: failing, proxy }));
    expect(all.good / all.offered).toBeGreaterThan(0.98);
    expect(all.upstreamPerRequest).toBeLessThanOrEqual(1.2);
    const none = simulate(scenario({ group, backend: failing, proxy: { maxRetries: 0 } }));
    expect(none.all.good / none.all.offered).toBeCloseTo(0.9, 1);
    expect(none.all.upstreamPerRequest).toBe(1);
  });

  it('do not double a load that fails as a whole', () => {
    const { all } = simulate(
      scenario({
        group,
        backend: { failing: 0.9, errors: 'slow' },
        proxy: { circuitBreakerThreshold: 0 },
      }),
    );
    expect(all.upstreamPerRequest).toBeLessThanOrEqual(1.25);
  });

  it('send all there are, with a budget of all requests, though there are few', () => {
    // 2.60 when a retry asked for the next one while it still held its place in the budget.
    const proxy = { retryBudget: 1, circuitBreakerThreshold: 0 };
    const few = { ratePerSecond: 3, patienceMs: Infinity };
    const { all } = simulate(scenario({ group: few, backend: { failing: 1 }, proxy }));
    expect(all.upstreamPerRequest).toBe(3);
  });

  it('leave a POST alone that was sent', () => {
    const { all } = simulate(scenario({ group: { ...group, method: 'POST' }, backend: failing }));
    expect(all.upstreamPerRequest).toBe(1);
  });
});

describe('a backend that goes away', () => {
  const phases = [phase(20_000, 30_000, { down: true })];
  const group = { ratePerSecond: 200 };

  it('opens the breaker, which refuses at once and looks again when its time is over', () => {
    const proxy = { circuitBreakerTimeoutMs: 2000, circuitBreakerMaxTimeoutMs: 2000 };
    const { breakerOpened, all, recoveries } = simulate(
      scenario({ group, proxy, run: { phases } }),
    );
    expect(breakerOpened).toBeGreaterThanOrEqual(4);
    expect(all.notGood.breaker_open).toBeGreaterThan(1000);
    expect(recoveries[0]!.afterMs).toBeGreaterThanOrEqual(0);
    expect(recoveries[0]!.afterMs).toBeLessThanOrEqual(3000);
  });

  it('opens a breaker that judges by rate, where failures never come five in a row', () => {
    const backend = { failing: 0.4, errors: 'slow' } as const;
    const run = { durationMs: 20_000 };
    const proxy = {
      circuitBreakerThreshold: 50,
      circuitBreakerWindowMs: 5000,
      circuitBreakerMinCalls: 50,
    };
    const opened = (circuitBreakerFailureRate: number | null): number => {
      const settings = { ...proxy, circuitBreakerFailureRate };
      return simulate(scenario({ group, backend, run, proxy: settings })).breakerOpened;
    };
    expect([opened(null), opened(0.3)]).toEqual([0, 1]);
  });

  it('gets its load back bit by bit where the breaker has a ramp', () => {
    const proxy = {
      circuitBreakerTimeoutMs: 2000,
      circuitBreakerMaxTimeoutMs: 2000,
      circuitBreakerRampMs: 10_000,
    };
    const { seconds } = simulate(scenario({ group, proxy, run: { phases } }));
    const good = (from: number, to: number): number =>
      seconds.slice(from, to).reduce((sum, second) => sum + second.good, 0) / (to - from);
    expect(good(31, 33)).toBeLessThan(0.6 * good(10, 20));
    expect(good(45, 60)).toBeGreaterThan(0.9 * good(10, 20));
  });

  it('is missed for as long as the breaker stays open', () => {
    const { recoveries } = simulate(scenario({ group, run: { phases } }));
    expect(recoveries[0]!.afterMs).toBeNull();
  });
});

describe('timeouts of the proxy', () => {
  const group = { ratePerSecond: 10, patienceMs: Infinity };
  const backend = { service: fixed(5000) };

  it('--read-timeout gives up an attempt, which the backend works on', () => {
    const { all, wasted } = simulate(
      scenario({ group, backend, proxy: { firstByteTimeoutMs: 1000, circuitBreakerThreshold: 0 } }),
    );
    expect(all.notGood).toEqual({ connection_read_timeout: all.offered });
    expect(wasted).toBeGreaterThan(0.9);
  });

  it('--queue-timeout bounds all waits, about a tick late at most', () => {
    const { all } = simulate(scenario({ group, backend, proxy: { queueTimeoutMs: 1500 } }));
    const { queue_timeout: late = 0, deadline_unreachable: inVain = 0 } = all.notGood;
    expect(late + inVain).toBe(all.refused);
    expect(inVain).toBeGreaterThan(late);
    expect(all.refusalMs.p50).toBe(0);
    expect(all.refusalMs.p99).toBeLessThan(1512);
    expect(all.waitMs.p99).toBeLessThan(1512);
  });

  it('--request-timeout is known to the line, as a patience that clients tell is', () => {
    const run = (changes: object) => simulate(scenario({ ...changes, backend: {} }));
    const timed = run({ proxy: { maxQueueSize: 500, requestTimeoutMs: 1000 } });
    const told = run({ group: { tellsPatience: true }, proxy: { maxQueueSize: 500 } });
    expect(timed.goodShare).toBeGreaterThan(0.85);
    expect(timed.all.notGood.deadline_unreachable).toBeGreaterThan(0);
    expect(told.goodShare).toBeCloseTo(timed.goodShare, 1);
  });
});

describe('the settings of the proxy', () => {
  it('a pool below the limit holds back what the limit lets through', () => {
    const { utilisation } = simulate(scenario({ proxy: { poolMaxsize: 10 } }));
    expect(utilisation).toBeCloseTo(0.5, 2);
  });

  it('a limit beyond the workers makes them wait inside the backend', () => {
    const { longestBackendQueue } = simulate(scenario({ proxy: { maxConcurrentRequests: 50 } }));
    expect(longestBackendQueue).toBe(30);
    expect(simulate(scenario()).longestBackendQueue).toBe(0);
  });

  it('work does not pile up inside the backend though every client leaves before its answer', () => {
    const piledUp = (abandoned: 'hold' | 'release'): number =>
      simulate(
        scenario({
          groups: [{ ratePerSecond: 2, service: fixed(10_000), patienceMs: 5000 }],
          backend: { workers: 5 },
          proxy: { maxConcurrentRequests: 5, abandoned },
          run: { durationMs: 1_200_000 },
        }),
      ).longestBackendQueue;
    expect(piledUp('hold')).toBeLessThanOrEqual(5);
    expect(piledUp('release')).toBeGreaterThan(500);
  });

  it('a limit near the knee gets more out of a backend that thrashes', () => {
    const backend = { workers: 100, knee: { at: 20, slope: 2 } };
    const good = (maxConcurrentRequests: number): number =>
      simulate(scenario({ backend, proxy: { maxConcurrentRequests } })).goodPerSecond;
    expect(good(20)).toBeGreaterThan(1.4 * good(100));
  });

  it('an adaptive limit that begins too low goes up to the workers', () => {
    const { limitAtEnd, goodShare } = simulate(
      scenario({
        backend: { queue: 10 },
        proxy: {
          maxConcurrentRequests: 'auto',
          autoMax: 200,
          circuitBreakerThreshold: 0,
        },
        run: { durationMs: 120_000, warmUpMs: 60_000 },
      }),
    );
    expect(limitAtEnd).toBeLessThanOrEqual(32);
    expect(limitAtEnd).toBeGreaterThanOrEqual(15);
    expect(goodShare).toBeGreaterThan(0.95);
  });
});

describe('half of the responses failing for five seconds, before clients that wait for a second', () => {
  const goodWith = (quickRetries: number, seed: number): number => {
    const { all } = simulate(
      scenario({
        group: { ratePerSecond: 280, tellsPatience: true },
        proxy: { circuitBreakerThreshold: 0, retryBudget: 1, quickRetries },
        run: {
          durationMs: 9000,
          warmUpMs: 4000,
          seed,
          phases: [phase(4000, 9000, { failing: 0.5 })],
        },
      }),
    );
    return all.good / all.offered;
  };

  it.each([1, 2, 3])('leaves at least 95 percent good with quick retries (seed %i)', (seed) => {
    expect(goodWith(2, seed)).toBeGreaterThan(0.95);
    expect(goodWith(0, seed)).toBeLessThan(0.91);
  });
});
