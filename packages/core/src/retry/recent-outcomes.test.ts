import { expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { RecentOutcomes } from './recent-outcomes.ts';

const after = (good: number, bad: number, waitMs = 0): boolean => {
  const time = new ManualTime(1000);
  const recent = new RecentOutcomes(time);
  for (let i = 0; i < good; i++) recent.add(true);
  for (let i = 0; i < bad; i++) recent.add(false);
  time.advance(waitMs);
  return recent.othersSucceed;
};

it('sees that others succeed from a few good ones on, if they are a fifth of all', () => {
  expect([after(0, 0), after(1, 0), after(2, 0), after(3, 11), after(3, 13)]).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});

it('forgets within seconds', () => {
  expect([after(20, 20, 1000), after(20, 20, 3000)]).toEqual([true, false]);
});
