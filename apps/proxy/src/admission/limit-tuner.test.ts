import { Limiter, TimerWheel } from '@spillway/core';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { configFromFlags } from '../../test/kit/config-from-flags.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system-time.ts';
import { LimitTuner } from './limit-tuner.ts';

const config = configFromFlags({ '--max-concurrent-requests': 'auto' });
const exchange = { request: { method: 'GET', url: '/' } } as Exchange;
const firstLimit = 10;

let permits: Limiter;
let tuner: LimitTuner;
let begunAt: number;

beforeEach(() => {
  const wheel = new TimerWheel(systemTime);
  permits = new Limiter({ limit: firstLimit, maxQueue: 0, wheel });
  for (let i = 0; i < firstLimit; i++) permits.tryAcquire();
  tuner = new LimitTuner(config, permits, (limit) => permits.setLimit(limit));
  begunAt = systemTime.now();
  onTestFinished(() => {
    tuner.close();
    wheel.stop();
  });
});

/** Good answers after 50 ms, one every 5 ms, all in one turn of the event loop: no beat comes between. */
const answerFrom = (fromMs: number, untilMs: number): void => {
  for (let endedAt = begunAt + fromMs; endedAt < begunAt + untilMs; endedAt += 5) {
    const attempt = { outcome: 'ok', status: 200, startedAt: endedAt - 50, endedAt };
    tuner.onAttempt(exchange, attempt as AttemptRecord);
  }
};

test('Answers that were late because our own event loop stood still do not move the limit', () => {
  answerFrom(100, 9_000);
  expect(permits.limit).toBe(firstLimit);
});

test('Where all of them are, they are believed after a while', () => {
  answerFrom(100, 9_000);
  answerFrom(10_500, 12_000);
  expect(permits.limit).toBeGreaterThan(firstLimit);
});

test('Answers to requests that came through a standstill do not move it, however fast they seem', async () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
  const startedAt = systemTime.now() - 50;
  const answerFor = (ms: number): void => {
    const until = systemTime.now() + ms;
    for (let endedAt = systemTime.now(); endedAt < until; endedAt += 0.05) {
      const attempt = { outcome: 'ok', status: 200, startedAt, endedAt };
      tuner.onAttempt(exchange, attempt as AttemptRecord);
    }
  };
  // The beat is in time again: only the clock knows of the standstill.
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    answerFor(5);
  }
  expect(permits.limit).toBe(firstLimit);
});

test('Answers from after it are believed at once', { timeout: 30_000 }, async () => {
  answerFrom(100, 300);
  expect(permits.limit).toBe(firstLimit);
  const answerNow = (): number => {
    answerFrom(systemTime.now() - begunAt, systemTime.now() - begunAt + 5);
    return permits.limit;
  };
  // Well before late ones are believed as well.
  await expect.poll(answerNow, { interval: 5, timeout: 8000 }).toBeGreaterThan(firstLimit);
});
