import { expect, it } from 'vitest';
import { StatedLimit } from './stated-limit.ts';

it('is lowered by what the upstream states, and by nothing else', () => {
  const limit = new StatedLimit(50);
  expect([limit.onSample(), limit.limit, limit.lastChange]).toEqual([false, 50, null]);
  expect([limit.onStatedCapacity(12, 7), limit.limit]).toEqual([true, 12]);
  expect(limit.lastChange).toEqual({ from: 50, to: 12, reason: 'stated', at: 7 });
  expect(limit.onStatedCapacity(12, 8)).toBe(false);
});

it('is never above where it was set, never below one, and back when nothing is stated any more', () => {
  const limit = new StatedLimit(50);
  const stated = [1000, 0, 30, null];
  expect(stated.map((it, at) => [limit.onStatedCapacity(it, at), limit.limit])).toEqual([
    [false, 50],
    [true, 1],
    [true, 30],
    [true, 50],
  ]);
});
