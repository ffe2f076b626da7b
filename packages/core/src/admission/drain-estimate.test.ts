import { expect, it } from 'vitest';
import { retryAfterSeconds } from './drain-estimate.ts';

it.each([
  [{ queued: 100, drainPerSecond: 8, fallbackSeconds: 30 }, 13],
  [{ queued: 0, drainPerSecond: 8, fallbackSeconds: 30 }, 1],
  [{ queued: 100, drainPerSecond: 0, fallbackSeconds: 30 }, 30],
  [{ queued: 100, drainPerSecond: 0, fallbackSeconds: 0.2 }, 1],
  [{ queued: 100, drainPerSecond: 0.001, fallbackSeconds: 30 }, 300],
  [{ queued: 100, drainPerSecond: Number.NaN, fallbackSeconds: Number.NaN }, 1],
])('%j makes Retry-After %d', (options, expected) => {
  expect(retryAfterSeconds(options)).toBe(expected);
});
