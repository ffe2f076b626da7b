import { outcomeNames, outcomes } from '@spillway/contracts';
import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { RetryBudget } from './retry-budget.ts';
import {
  type AttemptResult,
  idempotentMethods,
  RetryPolicy,
  type RetryPolicyOptions,
} from './retry-policy.ts';

const setUp = (options: Partial<RetryPolicyOptions> = {}) => {
  const time = new ManualTime();
  const budget = new RetryBudget({ share: 0.2, minConcurrent: 3, time });
  const policy = new RetryPolicy({
    maxRetries: 2,
    quickRetries: 2,
    backoffFactorMs: 500,
    backoffCapMs: 30_000,
    retryOnTimeout: false,
    budget,
    random: () => 0.5,
    ...options,
  });
  const decide = (result: Partial<AttemptResult>) => {
    const decision = policy.decide({ ...refused, ...result }, 10);
    if (decision.retry) budget.end();
    return decision.retry ? decision.delayMs : decision.reason;
  };
  return { time, budget, policy, decide };
};

const refused: AttemptResult = {
  outcome: 'connection_refused',
  status: 0,
  method: 'GET',
  attempt: 1,
  quickMade: 0,
  requestWritten: false,
  bodyReplayable: true,
  retryAfterMs: null,
  remainingMs: Infinity,
  medianServiceMs: 0,
  othersSucceed: false,
};

const answer = (status: number, more: Partial<AttemptResult> = {}): Partial<AttemptResult> => ({
  outcome: status < 500 ? 'ok' : 'upstream_error',
  status,
  requestWritten: true,
  ...more,
});

describe('RetryPolicy', () => {
  it('follows the table of outcomes for a POST and for a GET, written or not', () => {
    const { decide } = setUp();
    const expected = {
      any_method: [250, 250, 250],
      unsent: ['written', 250, 'written'],
      idempotent: ['outcome', 'outcome', 'outcome'],
      idempotent_or_unsent: [250, 250, 'written'],
      opt_in: ['outcome', 'outcome', 'outcome'],
      never: ['outcome', 'outcome', 'outcome'],
    };
    for (const outcome of outcomeNames) {
      const decisions = [
        decide({ outcome, method: 'GET', requestWritten: true }),
        decide({ outcome, method: 'POST', requestWritten: false }),
        decide({ outcome, method: 'POST', requestWritten: true }),
      ];
      expect([outcome, decisions]).toEqual([outcome, expected[outcomes[outcome].retry]]);
    }
  });

  it('retries answers 502, 503 and 504, and 429 only with Retry-After', () => {
    const { decide } = setUp();
    for (const status of [502, 503, 504]) expect(decide(answer(status))).toBe(250);
    for (const status of [200, 404, 429, 500, 501, 505]) {
      expect(decide(answer(status))).toBe('outcome');
    }
    expect(decide(answer(429, { retryAfterMs: 100 }))).toBe(250);
    expect(decide(answer(429, { retryAfterMs: 100, outcome: 'upstream_error' }))).toBe(250);
    expect(decide(answer(200, { retryAfterMs: 100 }))).toBe('outcome');
  });

  it('retries the statuses that were named too, and never a POST with them', () => {
    const { decide } = setUp({ furtherStatuses: new Set([500, 429, 404]) });
    for (const status of [500, 429, 404, 502, 503, 504]) {
      expect([status, decide(answer(status))]).toEqual([status, 250]);
      expect(decide(answer(status, { method: 'POST' }))).toBe('method');
    }
    expect([decide(answer(501)), decide(answer(200))]).toEqual(['outcome', 'outcome']);
  });

  it('counts what it grants, and what it refuses by why', () => {
    const { policy } = setUp();
    for (let i = 0; i < 5; i++) policy.decide(refused, 0);
    policy.decide({ ...refused, attempt: 3 }, 0);
    policy.decide({ ...refused, ...answer(503, { method: 'POST' }) }, 0);
    expect(policy.granted).toBe(3);
    expect(policy.refused).toMatchObject({ budget: 2, attempts: 1, method: 1, deadline: 0 });
  });

  it('retries an answer to idempotent methods only', () => {
    const { decide } = setUp();
    for (const method of idempotentMethods) expect(decide(answer(503, { method }))).toBe(250);
    for (const method of ['POST', 'PATCH', 'get', 'X']) {
      expect(decide(answer(503, { method }))).toBe('method');
    }
  });

  it('retries a read timeout only when asked to, and only what is idempotent', () => {
    const { decide } = setUp({ retryOnTimeout: true });
    const outcome = 'connection_read_timeout';
    expect([decide({ outcome }), decide({ outcome, method: 'POST' })]).toEqual([250, 'method']);
  });

  it('never retries with a body that is gone', () => {
    expect(setUp().decide({ bodyReplayable: false })).toBe('body');
  });

  it('makes as many attempts as allowed, each wait drawn from twice the range', () => {
    const { decide } = setUp();
    const delays = [1, 2, 3].map((attempt) => decide({ attempt }));
    expect(delays).toEqual([250, 500, 'attempts']);
    expect(setUp({ maxRetries: 0 }).decide({})).toBe('attempts');
  });

  it('waits at least as long as Retry-After of a 429 or 503 says', () => {
    const { decide } = setUp();
    expect(decide(answer(503, { retryAfterMs: 4000 }))).toBe(4000);
    expect(decide(answer(429, { retryAfterMs: 4000 }))).toBe(4000);
    expect(decide(answer(503, { retryAfterMs: 0 }))).toBe(250);
    expect(decide(answer(502, { retryAfterMs: 4000 }))).toBe(250);
  });

  it('relays a Retry-After that is longer than any wait of its own', () => {
    expect(setUp().decide(answer(503, { retryAfterMs: 30_001 }))).toBe('deadline');
  });

  it('does not start what cannot be over before the deadline', () => {
    const { decide } = setUp();
    expect(decide({ remainingMs: 1001, medianServiceMs: 1000 })).toBeLessThan(1);
    expect(decide({ remainingMs: 1000, medianServiceMs: 1000 })).toBe('deadline');
    expect(decide({ remainingMs: 0 })).toBe('deadline');
  });

  it('leaves room for another wait after this one', () => {
    const { decide } = setUp();
    expect(decide({ remainingMs: 1400, medianServiceMs: 1000 })).toBe(100);
    expect(decide({ remainingMs: 5000, medianServiceMs: 1000 })).toBe(250);
  });

  it('tries twice more, before the ordinary retries and no later than a call takes, while others succeed', () => {
    const { decide } = setUp();
    const others = { othersSucceed: true, medianServiceMs: 40, remainingMs: 60_000 };
    expect(decide({ attempt: 1, quickMade: 0, ...others })).toBe(20);
    expect(decide({ attempt: 2, quickMade: 1, ...others })).toBe(20);
    expect(decide({ attempt: 3, quickMade: 2, ...others })).toBe(250);
    expect(decide({ attempt: 4, quickMade: 2, ...others })).toBe(500);
    expect(decide({ attempt: 5, quickMade: 2, ...others })).toBe('attempts');
    // The factor is the most, also where a call takes longer.
    expect(decide({ ...others, medianServiceMs: 4000 })).toBe(250);
    expect(setUp({ maxRetries: 0 }).decide(others)).toBe('attempts');
    expect(setUp({ quickRetries: 0 }).decide({ attempt: 3, ...others })).toBe('attempts');
  });

  it('stops at the budget, and takes a place only when it says yes', () => {
    const { policy, budget } = setUp();
    for (let i = 0; i < 3; i++) expect(policy.decide(refused, 10).retry).toBe(true);
    expect(policy.decide(refused, 10)).toEqual({ retry: false, reason: 'budget' });
    policy.decide({ ...refused, attempt: 9 }, 10);
    expect(budget.retrying).toBe(3);
  });

  it('answers with a delay and sleeps nothing itself, so that a client that leaves ends it (seen: backoff slept on after the abort and called again)', () => {
    const { policy, budget, time } = setUp();
    expect(policy.decide(refused, 10)).toEqual({ retry: true, delayMs: 250, isQuick: false });
    expect(time.pendingTimers).toBe(0);
    budget.end();
    time.advance(1_000_000);
    expect(budget.retrying).toBe(0);
  });

  it('refuses misuse with a RangeError', () => {
    expect(() => setUp({ maxRetries: -1 })).toThrow(/^maxRetries/);
    expect(() => setUp({ backoffFactorMs: Number.NaN })).toThrow(/^backoffFactorMs/);
  });
});
