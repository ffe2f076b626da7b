import { drawExponential, seededRandom } from '@spillway/random';
import { expect, test } from 'vitest';
import { ManualTime } from '../testing.ts';
import { RemainingWork } from './remaining-work.ts';

/** A bucket is 9 % wide; chance adds to that where calls differ. */
const within = (share: number) => (estimate: number, exact: number) => {
  expect(estimate).toBeGreaterThan(exact * (1 - share));
  expect(estimate).toBeLessThan(exact * (1 + share));
};

test('With nothing known nothing is thought to go on', () => {
  expect(new RemainingWork(new ManualTime()).estimateMs(0)).toBe(0);
});

test('Where none has ended yet, calls go on for as long as they have worked together', () => {
  const work = new RemainingWork(new ManualTime());
  work.cut(2000);
  within(0.1)(work.estimateMs(2000), 2000);
  for (let i = 0; i < 4; i++) work.cut(2000);
  within(0.1)(work.estimateMs(2000), 10_000);
  for (let i = 0; i < 1000; i++) work.cut(2000);
  within(0.1)(work.estimateMs(2000), 20_000);
  within(0.1)(work.estimateMs(10), 20_000);
});

test('A last answer that fades does not make those that never end short', () => {
  const time = new ManualTime();
  const work = new RemainingWork(time);
  work.answered(10);
  for (let i = 0; i < 3; i++) work.cut(2000);
  const before = work.estimateMs(2000);
  time.advance(10_000);
  for (let i = 0; i < 3; i++) work.cut(2000);
  expect(work.estimateMs(2000)).toBeGreaterThan(before);
});

test('Where all calls take the same time, a call takes the rest of it', () => {
  const work = new RemainingWork(new ManualTime());
  for (let i = 0; i < 20; i++) work.answered(300);
  for (const elapsedMs of [0, 10, 100, 250]) {
    const estimate = work.estimateMs(elapsedMs);
    expect(estimate).toBeGreaterThanOrEqual(300 - elapsedMs);
    expect(estimate).toBeLessThan(300 * 1.1 - elapsedMs);
  }
});

test('Many that were cut early do not change what those tell that were not', () => {
  const work = new RemainingWork(new ManualTime());
  for (let i = 0; i < 20; i++) work.answered(300);
  for (let i = 0; i < 1000; i++) work.cut(100);
  const estimate = work.estimateMs(100);
  expect(estimate).toBeGreaterThanOrEqual(200);
  expect(estimate).toBeLessThan(231);
});

test('Where every client leaves after a second, calls are known to take longer than that', () => {
  const random = seededRandom(7);
  const work = new RemainingWork(new ManualTime());
  for (let i = 0; i < 4000; i++) {
    const ms = 2000 * drawExponential(random);
    if (ms < 1000) work.answered(ms);
    else work.cut(1000);
  }
  within(0.15)(work.estimateMs(999), 2000);
  within(0.15)(work.estimateMs(100), 2000);
});

test('Of calls that are mostly quick, one that has lasted is one of the others', () => {
  const work = new RemainingWork(new ManualTime());
  for (let i = 0; i < 900; i++) work.answered(50);
  for (let i = 0; i < 100; i++) work.answered(10_000);
  within(0.1)(work.estimateMs(10), 40 + 995);
  within(0.1)(work.estimateMs(200), 9800);
});

test('What lasts longer than anything known goes on about as long as a call of all', () => {
  const work = new RemainingWork(new ManualTime());
  for (let i = 0; i < 100; i++) work.answered(100);
  within(0.1)(work.estimateMs(5000), 100);
});

test('What was seen fades, also when nobody looked meanwhile', () => {
  const time = new ManualTime();
  const work = new RemainingWork(time);
  for (let i = 0; i < 100; i++) work.answered(1000);
  time.advance(30_000);
  work.answered(10);
  within(0.15)(work.estimateMs(100), 900);
  for (let i = 0; i < 100; i++) work.answered(10);
  time.advance(30_000);
  within(0.5)(work.estimateMs(0), 0.3 * 1000);
  time.advance(3_600_000);
  expect(work.estimateMs(0)).toBeCloseTo(0);
});

test('The shortest and the longest times have a place', () => {
  const work = new RemainingWork(new ManualTime());
  work.answered(0);
  work.answered(1e9);
  expect(work.estimateMs(0)).toBeGreaterThan(3_600_000);
  expect(work.estimateMs(1e9)).toBeGreaterThanOrEqual(0);
});
