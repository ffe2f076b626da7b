import type { Outcome } from '@spillway/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { RemainingWork } from '../admission/remaining-work.ts';
import { Breaker } from '../breaker/breaker.ts';
import type { Lease } from '../lease-table.ts';
import { ServiceMedian } from '../retry/service-median.ts';
import { breakerOptions } from '../service/breaker-options.ts';
import { buildDecisions, type Decisions } from '../service/build-decisions.ts';
import type { ServiceSettings } from '../service/service-settings.ts';
import { Place } from '../testing/place.ts';
import { settingsWith } from '../testing/settings.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import type { Breakers, Course, JudgedTarget, Try } from './course.ts';
import { RequestLife } from './request-life.ts';

const nothing = (): void => {};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

let time: ManualTime;
let decisions: Decisions;
let target: JudgedTarget;
let life: RequestLife;
let firstByteTimeoutMs: number;

function set(changes: Partial<ServiceSettings>): void {
  const settings = settingsWith({ maxConcurrentRequests: 10, maxRetries: 2, ...changes });
  ({ firstByteTimeoutMs } = settings);
  time = new ManualTime(1000);
  const wheel = new TimerWheel(time);
  const classes = [{ reservedShare: 0, precedence: 0 }];
  decisions = buildDecisions(settings, { wheel, random: () => 0.5, classes });
  const breaker = new Breaker({ ...breakerOptions(settings), time, random: () => 0.5 });
  target = {
    breaker,
    remainingWork: new RemainingWork(time),
    serviceMedian: new ServiceMedian(time),
  };
  const breakers: Breakers = {
    admits: () => breaker.refusal() === null,
    allow: () => breaker.allows(),
    refusal: () => 'breaker_open',
  };
  life = new RequestLife(settings, decisions, breakers, time);
}

beforeEach(() => set({}));

const course = (changes: Partial<Course> = {}): Writable<Course> => ({
  ...{ method: 'GET', kind: 0, retryPolicy: decisions.retryPolicy, firstByteTimeoutMs },
  ...{ receivedAt: time.now(), interrupted: null, attempts: 0 },
  ...{ deadline: Infinity, priority: 0, flow: null },
  ...{ quickRetries: 0, holdsRetry: false, lastFailure: null, retryRefusal: null },
  ...changes,
});

/** Begins an attempt: the whole request is with the target. */
function begin(of: Writable<Course>): Writable<Try> {
  of.attempts++;
  return {
    ...{ upstream: target, ticket: target.breaker.acquire() },
    ...{ startedAt: time.now(), writtenAt: time.now(), answeredAt: 0, endedAt: 0 },
    ...{ written: true, sent: true, answered: false, ended: false },
    ...{ outcome: 'ok', status: 0, retryAfterMs: null, retry: null, call: -1 },
    ...{ unrelayable: false, looped: false },
  };
}

function end(of: Course, attempt: Writable<Try>, outcome: Outcome, status = 0): Outcome | null {
  const lease = decisions.permits.tryAcquire();
  attempt.status = status;
  if (status > 0) {
    attempt.answered = true;
    attempt.answeredAt = time.now();
    life.answered(attempt);
  }
  if (of.interrupted === null && outcome !== 'ok') life.decide(of, attempt, outcome, true);
  attempt.outcome = outcome;
  attempt.endedAt = time.now();
  attempt.ended = true;
  life.settle(of, lease, attempt);
  return life.next(of, attempt);
}

describe('the place in the retry budget', () => {
  it('of an attempt is given back before the next one asks: eight of eight may try three times', () => {
    set({ retryBudget: 1 });
    const all = Array.from({ length: 8 }, () => course());
    for (const one of all) life.begin(one);
    for (let round = 0; round < 2; round++) {
      for (const one of all) expect(end(one, begin(one), 'upstream_error', 503)).toBeNull();
    }
    expect(decisions.retryBudget.retrying).toBe(8);
    for (const one of all) {
      expect(end(one, begin(one), 'upstream_error', 503)).toBe('upstream_error');
      life.end(one);
    }
    expect([decisions.retryBudget.retrying, life.underWay]).toEqual([0, 0]);
  });

  it('is given back when the wait for the attempt is broken off', () => {
    const one = course();
    life.begin(one);
    expect(end(one, begin(one), 'connection_refused')).toBeNull();
    expect(decisions.retryBudget.retrying).toBe(1);
    one.interrupted = 'client_gone';
    expect(life.shed(one)).toBe('client_gone');
    life.end(one);
    expect(decisions.retryBudget.retrying).toBe(0);
  });
});

describe('a retry that finds no place', () => {
  it('says what it was to mend, and keeps the refusal', () => {
    const one = course();
    life.begin(one);
    end(one, begin(one), 'upstream_error', 503);
    expect(life.turnedAway(one, 'queue_full')).toBe('upstream_error');
    expect(one.retryRefusal).toBe('queue_full');
  });

  it('of a first attempt says the refusal; a queue that was flushed is an open breaker', () => {
    const one = course();
    expect(life.turnedAway(one, 'queue_full')).toBe('queue_full');
    expect(life.turnedAway(one, 'flushed')).toBe('breaker_open');
    expect(one.retryRefusal).toBeNull();
  });

  it('whose time is over says that', () => {
    const one = course({ deadline: time.now() + 100 });
    expect(life.turnedAway(one, 'deadline_unreachable')).toBe('deadline_unreachable');
    time.advance(100);
    expect(life.turnedAway(one, 'deadline_unreachable')).toBe('http_response_timeout');
    expect(life.begin(one)).toBe('deadline_unreachable');
  });
});

describe('the permit', () => {
  const held = (): number => decisions.permits.inFlight;

  it('of a client that left is held for as long as the target is thought to work on', () => {
    for (let i = 0; i < 20; i++) target.remainingWork.answered(1000);
    const one = course();
    const attempt = begin(one);
    time.advance(100);
    one.interrupted = 'client_gone';
    expect(end(one, attempt, 'client_gone')).toBe('client_gone');
    expect([held(), decisions.permits.abandoned]).toEqual([1, 1]);
    time.advance(1000);
    expect(held()).toBe(0);
  });

  it.each([
    ['when the request was not there whole', { sent: false }, 'client_gone'],
    ['when the response had begun', { answered: true }, 'client_gone'],
    ['when the proxy shuts down', {}, 'draining'],
  ] as const)('comes back immediately %s', (_when, changes, interrupted) => {
    target.remainingWork.answered(1000);
    const one = course();
    const attempt = { ...begin(one), ...changes };
    one.interrupted = interrupted;
    end(one, attempt, interrupted);
    expect(held()).toBe(0);
  });

  it('that went back without an attempt tells nothing of how long service takes', () => {
    set({ maxConcurrentRequests: 1, maxQueueSize: 2 });
    const { permits } = decisions;
    const use = (forMs: number, giveBack: (lease: Lease) => void): void => {
      for (let i = 0; i < 500; i++) {
        const lease = permits.tryAcquire();
        time.advance(forMs);
        giveBack(lease);
      }
    };
    use(1000, (lease) => permits.release(lease));
    use(1, (lease) => life.settle(course(), lease, null));
    permits.tryAcquire();
    permits.enqueue(new Place(nothing, nothing), Infinity);
    const hasty = new Place(nothing, nothing);
    hasty.deadline = time.now() + 500;
    expect(permits.enqueue(hasty, Infinity)).toBe('deadline_unreachable');
  });

  it('comes back immediately with --abandoned release', () => {
    set({ abandoned: 'release' });
    target.remainingWork.answered(1000);
    const one = course();
    const attempt = begin(one);
    one.interrupted = 'client_gone';
    end(one, attempt, 'client_gone');
    expect(held()).toBe(0);
  });
});

describe('the breaker', () => {
  const toHalfOpen = (): void => {
    set({ circuitBreakerThreshold: 1 });
    const failing = course();
    end(failing, begin(failing), 'connection_refused');
    expect(life.shed(course())).toBe('breaker_open');
    time.advance(1000);
  };

  it('judges a probe by the head of its response', () => {
    toHalfOpen();
    const one = course();
    const probe = begin(one);
    probe.status = 200;
    probe.answeredAt = time.now();
    life.answered(probe);
    expect(target.breaker.state.name).toBe('closed');
  });

  it('leaves a target alone for as long as it asked with its 503, and not with another status', () => {
    const opensFor = (status: number): number => {
      set({ circuitBreakerThreshold: 1, circuitBreakerMaxTimeoutMs: 60_000 });
      const one = course();
      end(one, { ...begin(one), retryAfterMs: 20_000 }, 'http_response_incomplete', status);
      return target.breaker.retryInMs();
    };
    expect([opensFor(503), opensFor(200)]).toEqual([20_000, 1000]);
  });

  it('hears nothing of an attempt that a mistake of ours broke off', () => {
    toHalfOpen();
    const one = course();
    const probe = begin(one);
    life.settle(one, decisions.permits.tryAcquire(), probe);
    expect(target.breaker.state.name).toBe('half_open');
    expect(decisions.permits.inFlight).toBe(0);
  });
});
