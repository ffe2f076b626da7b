import { expect, test } from 'vitest';
import { ManualTime } from '../testing.ts';
import { AwakeTime } from '../time/awake-time.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import { Waiter } from './wait-queue.ts';

class Caller extends Waiter {
  lease = 0;
  refusal = '';
  onGrant(lease: number): void {
    this.lease = lease;
  }
  onRefuse(reason: string): void {
    this.refusal = reason;
  }
}

/** Shorter than what stops the clock of timeouts. */
const standstillMs = 900;

const leavingOut = (time: ManualTime) => new AwakeTime(time, 60);

function limiterOf(limit: number, awake?: (time: ManualTime) => AwakeTime) {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const clock = awake ? { awake: awake(time) } : {};
  const permits = new Limiter({ limit, maxQueue: 1000, wheel, ...clock });
  const callers: Caller[] = [];
  const ask = (patienceMs = Infinity, timeoutMs = 30_000) => {
    const caller = new Caller();
    caller.deadline = time.now() + patienceMs;
    callers.push(caller);
    return permits.enqueue(caller, timeoutMs);
  };
  let released = 0;
  /** The one that has had its permit for longest is done. */
  const release = () => permits.release((callers[released++] as Caller).lease);
  return { time, permits, callers, ask, release };
}

test('A standstill of our own is not taken for a queue that stands still', () => {
  const { time, ask, release } = limiterOf(1, leavingOut);
  for (let i = 0; i < 340; i++) ask();
  for (let i = 0; i < 40; i++) {
    time.advance(3);
    release();
  }
  time.advance(standstillMs);
  // New requests are read before the responses that have come meanwhile.
  expect(ask()).toBe(null);
});

test('Nor is the pace that it leaves behind, even where it is among the first that is known', () => {
  const { time, ask, release } = limiterOf(1, leavingOut);
  for (let i = 0; i < 400; i++) ask();
  for (let i = 0; i < 10; i++) {
    time.advance(i === 5 ? standstillMs : 3);
    release();
  }
  expect(ask()).toBe(null);
});

test('It adds nothing to service times: whoever has less time than it lasted is served', () => {
  const { time, callers, ask, release } = limiterOf(20, leavingOut);
  for (let i = 0; i < 60; i++) {
    ask();
    time.advance(1);
    if (i >= 19) release();
  }
  for (let i = 0; i < 20; i++) ask();
  time.advance(standstillMs);
  for (let i = 0; i < 20; i++) release();
  for (let i = 0; i < 20; i++) ask(500);
  expect(ask(500)).toBe(null);
  release();
  expect(callers.map(({ refusal }) => refusal).filter(Boolean)).toEqual([]);
});

test('A backend that hangs while we run is noticed', () => {
  const { time, ask, release } = limiterOf(1, leavingOut);
  for (let i = 0; i < 340; i++) ask();
  for (let i = 0; i < 40; i++) {
    time.advance(3);
    release();
  }
  // Whoever asks reads the clock.
  for (let i = 0; i < 50; i++) {
    time.advance(20);
    ask();
  }
  expect(ask()).toBe('deadline_unreachable');
});

test('While more is held than a lowered limit allows, nobody is refused as if the backend hung', () => {
  const { time, permits, ask, release } = limiterOf(40);
  const minuteMs = 60_000;
  for (let i = 0; i < 140; i++) ask(Infinity, 600 * minuteMs);
  for (let i = 0; i < 80; i++) {
    time.advance(7500);
    release();
  }
  permits.setLimit(20);
  for (let i = 0; i < 19; i++) {
    time.advance(7500);
    release();
  }
  // One in 15 s: 20 go in five minutes.
  expect(permits.queued).toBe(20);
  expect(permits.estimatedWaitMs()).toBeGreaterThan(4 * minuteMs);
  expect(permits.estimatedWaitMs()).toBeLessThan(6 * minuteMs);
});
