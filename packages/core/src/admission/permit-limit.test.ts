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
});
