import { describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';
import { Flow } from './flow.ts';
import { Lane } from './lane.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

/** Lanes with one in each, one more every 2 ms; served every 4 ms, from nowhere. */
const crowdOf = (count: number) => {
  const crowd = new Crowd(20);
  const lanes: Lane[] = [];
  crowd.drain.start(0);
  for (let i = 0; i < count; i++) {
    const now = i * 2;
    const lane = new Lane(new Flow(`${i}`), 0, 'adaptive', 20);
    const waiter = new Anyone();
    waiter.queuedAt = now;
    lane.push(waiter, now);
    lanes.push(lane);
    if (i % 2 === 0) crowd.drain.served(now);
    crowd.observe(now, lanes);
  }
  return { crowd, lanes };
};

describe('Crowd', () => {
  it('is overloaded when many lanes of one each grow in number', () => {
    expect([crowdOf(90).crowd.overloaded, crowdOf(150).crowd.overloaded]).toEqual([false, true]);
  });

  it('then tells the oldest of all to go', () => {
    const { crowd, lanes } = crowdOf(150);
    expect(crowd.overdue(300, lanes)).toBe(lanes[0]?.queue.oldest);
    const young = lanes.slice(-5);
    crowd.observe(300, young);
    expect(crowd.overdue(301, young)).toBe(null);
  });

  it('is none with one lane, however long', () => {
    const crowd = new Crowd(20);
    const lane = new Lane(new Flow('only'), 0, 'fifo', 20);
    for (let i = 0; i < 300; i++) {
      lane.push(new Anyone(), i * 2);
      crowd.observe(i * 2, [lane]);
    }
    expect(crowd.overloaded).toBe(false);
  });
});
