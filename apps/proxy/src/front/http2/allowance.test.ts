import { TimerWheel } from '@spillway/core';
import { ManualTime } from '@spillway/core/testing';
import { expect, test } from 'vitest';
import { Allowance } from './allowance.ts';

const taken = (allowance: Allowance, times: number): boolean[] =>
  Array.from({ length: times }, () => allowance.take());

test('A burst is used up, and comes back with time', async () => {
  const time = new ManualTime();
  const allowance = new Allowance(new TimerWheel(time), { burst: 3, perSecond: 2 });
  expect(taken(allowance, 4)).toEqual([true, true, true, false]);
  await time.advance(1500);
  expect(taken(allowance, 3)).toEqual([true, true, false]);
});

test('No more comes back than a burst', async () => {
  const time = new ManualTime();
  const allowance = new Allowance(new TimerWheel(time), { burst: 2, perSecond: 100 });
  await time.advance(60_000);
  expect(taken(allowance, 3)).toEqual([true, true, false]);
});
