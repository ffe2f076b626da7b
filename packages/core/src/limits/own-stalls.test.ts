import { expect, it } from 'vitest';
import { OwnStalls } from './own-stalls.ts';

const beating = (until: number): OwnStalls => {
  const stalls = new OwnStalls(20, 0);
  for (let at = 20; at <= until; at += 20) stalls.beat(at);
  return stalls;
};

it('calls nothing late while the beat is in time', () => {
  const stalls = beating(1000);
  expect([stalls.isLate(950, 1001), stalls.isLate(1000.5, 1001)]).toEqual([false, false]);
});

it('bears with a timer that is a little late', () => {
  const stalls = beating(1000);
  stalls.beat(1029);
  expect(stalls.isLate(1020, 1030)).toBe(false);
});

it('calls late what came in before the beat that waited as long', () => {
  expect(beating(1000).isLate(950, 1120)).toBe(true);
});

it('calls late what comes in after that beat', () => {
  const stalls = beating(1000);
  stalls.beat(1120);
  expect(stalls.isLate(950, 1121)).toBe(true);
});

it('leaves out those that came through it as well: without them only the slow ones would be missing', () => {
  const stalls = beating(1000);
  stalls.beat(1120);
  stalls.beat(1140);
  expect(stalls.isLate(990, 1150)).toBe(true);
});

it('believes what began after it', () => {
  const stalls = beating(1000);
  stalls.beat(1120);
  expect(stalls.isLate(1120, 1139)).toBe(false);
});

it('does not mind a pause that is little beside the request', () => {
  const stalls = beating(1000);
  stalls.beat(1120);
  expect([stalls.isLate(700, 1121), stalls.isLate(900, 1121)]).toEqual([false, true]);
});

it('believes late answers again after ten seconds with no others', () => {
  const stalls = new OwnStalls(20, 0);
  const late: number[] = [];
  for (let at = 100; at <= 12_000; at += 100) {
    stalls.beat(at);
    if (stalls.isLate(at - 50, at)) late.push(at);
  }
  expect([late[0], late.at(-1), late.length]).toEqual([100, 10_000, 100]);
});

it('counts those ten seconds from the last one that was in time', () => {
  const stalls = beating(1000);
  expect(stalls.isLate(990, 1010)).toBe(false);
  stalls.beat(1020);
  stalls.beat(5000);
  expect([stalls.isLate(4950, 5000), stalls.isLate(10_950, 11_000)]).toEqual([true, true]);
  expect(stalls.isLate(11_000, 11_050)).toBe(false);
});
