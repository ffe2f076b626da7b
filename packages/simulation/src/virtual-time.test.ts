import { expect, it } from 'vitest';
import { VirtualTime } from './virtual-time.ts';

it('jumps from event to event and ends at the instant asked for', () => {
  const time = new VirtualTime();
  const seen: number[] = [];
  time.after(5, () => {
    seen.push(time.now());
    time.setTimer(() => seen.push(time.now()), 2.5);
  });
  time.at(100, () => seen.push(time.now()));
  time.run(50);
  expect([seen, time.now()]).toEqual([[5, 7.5], 50]);
  time.run(100);
  expect(seen).toEqual([5, 7.5, 100]);
});

it('forgets what was cancelled, also from within an event', () => {
  const time = new VirtualTime();
  const seen: string[] = [];
  const later = time.setTimer(() => seen.push('later'), 3);
  time.after(3, () => seen.push('same instant'));
  time.after(1, () => time.clearTimer(later));
  time.run(10);
  expect(seen).toEqual(['same instant']);
});

it('stops as soon as it is enough', () => {
  const time = new VirtualTime();
  let n = 0;
  const tick = () => {
    n++;
    time.after(1, tick);
  };
  time.after(1, tick);
  time.run(1000, () => n === 7);
  expect([n, time.now()]).toEqual([7, 7]);
});
