import { expect, it } from 'vitest';
import { seededRandom } from '../testing.ts';
import { failsMoreOften, isRunOfChance } from './failure-gap.ts';

const tally = (failures: number, calls: number) => ({ failures, calls });

it('sees a target that fails where its peers do not', () => {
  expect(failsMoreOften(tally(10, 20), tally(0, 100))).toBe(true);
  expect(failsMoreOften(tally(60, 100), tally(20, 200))).toBe(true);
});

it('sees nothing in small numbers, small differences, or equals', () => {
  expect(failsMoreOften(tally(2, 4), tally(0, 8))).toBe(false);
  expect(failsMoreOften(tally(2, 20), tally(0, 1000))).toBe(false);
  expect(failsMoreOften(tally(4, 20), tally(10, 1000))).toBe(false);
  expect(failsMoreOften(tally(5, 20), tally(20, 2000))).toBe(false);
  expect(failsMoreOften(tally(900, 10_000), tally(0, 20_000))).toBe(false);
  expect(failsMoreOften(tally(50, 100), tally(100, 200))).toBe(false);
  expect(failsMoreOften(tally(20, 20), tally(40, 40))).toBe(false);
  expect(failsMoreOften(tally(0, 0), tally(0, 10))).toBe(false);
  expect(failsMoreOften(tally(10, 10), tally(0, 0))).toBe(false);
});

it.each([0.02, 0.3, 0.5, 0.9])(
  'takes hardly any of 20,000 equals for an outlier (%d fail)',
  (share) => {
    const random = seededRandom(1);
    const draw = (calls: number) => {
      let failures = 0;
      for (let i = 0; i < calls; i++) if (random() < share) failures++;
      return { calls, failures };
    };
    let taken = 0;
    for (let i = 0; i < 20_000; i++) if (failsMoreOften(draw(20), draw(40))) taken++;
    expect(taken / 20_000).toBeLessThan(2e-4);
  },
);

it('takes a run for chance where the peers fail often enough to have one too', () => {
  expect(isRunOfChance(5, tally(0, 100))).toBe(false);
  expect(isRunOfChance(5, tally(1, 100))).toBe(false);
  expect(isRunOfChance(5, tally(50, 100))).toBe(true);
  expect(isRunOfChance(20, tally(50, 100))).toBe(false);
  expect(isRunOfChance(1000, tally(100, 100))).toBe(true);
  expect(isRunOfChance(5, tally(0, 0))).toBe(false);
});
