import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';
import { Lane } from './lane.ts';
import { LineControl } from './line-control.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

/** Lanes with one in each, one more every 2 ms; served every 4 ms, from nowhere. */
const controlOf = (count: number) => {
  const control = new LineControl(20);
  const lanes: Lane[] = [];
  control.drain.start(0);
  for (let i = 0; i < count; i++) {
    const now = i * 2;
    const lane = new Lane(new Flow(`${i}`), 0, 'adaptive', 20);
    const waiter = new Anyone();
    waiter.queuedAt = now;
    lane.push(waiter, now);
    lanes.push(lane);
    if (i % 2 === 0) control.drain.served(now);
    control.observe(now, lanes);
  }
  return { control, lanes };
};

describe('LineControl', () => {
  it('is overloaded when many lanes of one each grow in number', () => {
    expect([controlOf(90).control.overloaded, controlOf(150).control.overloaded]).toEqual([
      false,
      true,
    ]);
  });

  it('then tells the oldest of all to go', () => {
    const { control, lanes } = controlOf(150);
    expect(control.overdue(300, lanes)).toBe(lanes[0]?.queue.oldest);
    const young = lanes.slice(-5);
    control.observe(300, young);
    expect(control.overdue(301, young)).toBe(null);
  });

  it('is none with one lane, however long', () => {
    const control = new LineControl(20);
    const lane = new Lane(new Flow('only'), 0, 'fifo', 20);
    for (let i = 0; i < 300; i++) {
      lane.push(new Anyone(), i * 2);
      control.observe(i * 2, [lane]);
    }
    expect(control.overloaded).toBe(false);
  });
});
