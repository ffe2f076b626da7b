import { beforeEach, expect, it } from 'vitest';
import { Limiter } from '../admission/limiter.ts';
import { PermitLimit } from '../admission/permit-limit.ts';
import type { Course, Try } from '../life/course.ts';
import { settingsWith } from '../testing/settings.ts';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { LimitTuner } from './limit-tuner.ts';
import { OwnStalls } from './own-stalls.ts';

const settings = settingsWith({ maxConcurrentRequests: 'auto' });
const course = { kind: 0, receivedAt: 0, deadline: Infinity } as Course;
const beatMs = 20;
const firstLimit = 10;

let permits: Limiter;
let time: ManualTime;

beforeEach(() => {
  time = new ManualTime(1000);
  permits = new Limiter({ limit: firstLimit, maxQueue: 0, wheel: new TimerWheel(time) });
  for (let i = 0; i < firstLimit; i++) permits.tryAcquire();
});

/** Good responses after 50 ms, one every 5 ms. */
const answer = (tuner: LimitTuner, forMs: number, beat?: OwnStalls): void => {
  const until = time.now() + forMs;
  for (let sinceBeat = 0; time.now() < until; sinceBeat += 5) {
    time.advance(5);
    if (beat !== undefined && sinceBeat % beatMs === 0) beat.beat(time.now());
    const times = { startedAt: time.now() - 50, endedAt: time.now() };
    tuner.onEnd(course, { outcome: 'ok', status: 200, ...times } as Try, 0);
  }
};

it('moves with what the attempts tell where the clock never stalls', () => {
  answer(new LimitTuner(settings, new PermitLimit(permits), time, null), 2000);
  expect(permits.limit).toBeGreaterThan(firstLimit);
});

it('does not move with responses that were late because our own event loop stood still', () => {
  const tuner = new LimitTuner(
    settings,
    new PermitLimit(permits),
    time,
    new OwnStalls(beatMs, time.now()),
  );
  time.advance(100);
  answer(tuner, 8900);
  expect(permits.limit).toBe(firstLimit);
});

it('believes them after a while where all of them are late', () => {
  const tuner = new LimitTuner(
    settings,
    new PermitLimit(permits),
    time,
    new OwnStalls(beatMs, time.now()),
  );
  time.advance(100);
  answer(tuner, 12_000);
  expect(permits.limit).toBeGreaterThan(firstLimit);
});

it('believes immediately those from after the stall', () => {
  const stalls = new OwnStalls(beatMs, time.now());
  const tuner = new LimitTuner(settings, new PermitLimit(permits), time, stalls);
  time.advance(100);
  answer(tuner, 200);
  expect(permits.limit).toBe(firstLimit);
  answer(tuner, 2000, stalls);
  expect(permits.limit).toBeGreaterThan(firstLimit);
});

it('does not move a limit that is set, except by what the targets state', () => {
  const fixed = { ...settings, maxConcurrentRequests: firstLimit };
  const tuner = new LimitTuner(fixed, new PermitLimit(permits), time, null);
  answer(tuner, 2000);
  expect(permits.limit).toBe(firstLimit);
  tuner.onStatedCapacity(4);
  expect([permits.limit, tuner.algorithm]).toEqual([4, 'fixed']);
});
