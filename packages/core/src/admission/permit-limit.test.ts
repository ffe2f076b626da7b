import { expect, test } from 'vitest';
import { ManualTime } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import { PermitLimit } from './permit-limit.ts';

test('The limit is the smallest of what the sides allow, in whatever order they say it', () => {
  const permits = new Limiter({ limit: 50, maxQueue: 0, wheel: new TimerWheel(new ManualTime()) });
  const limit = new PermitLimit(permits);
  limit.allow('targets', 16);
  expect(permits.limit).toBe(16);
  limit.allow('tuner', 100);
  expect(permits.limit).toBe(16);
  limit.allow('tuner', 8);
  expect(permits.limit).toBe(8);
  limit.allow('targets', Infinity);
  expect(permits.limit).toBe(8);
  limit.allow('tuner', 30);
  expect(permits.limit).toBe(30);
  limit.allow('share', 5);
  expect([permits.limit, limit.whole]).toEqual([5, 30]);
  limit.allow('targets', 3);
  expect([permits.limit, limit.whole]).toEqual([3, 3]);
  limit.allow('targets', 20);
  expect([permits.limit, limit.whole]).toEqual([5, 20]);
  limit.allow('share', Infinity);
  expect(permits.limit).toBe(20);
});
