import { describe, expect, it } from 'vitest';
import { ClassShares } from './class-shares.ts';
import { FairClock } from './fair-clock.ts';
import { Flow } from './flow.ts';
import { Lane } from './lane.ts';
import { Line } from './line.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

const setUp = () => {
  const classes = [0, 1].map((precedence) => ({ reservedShare: 0, precedence }));
  const shares = new ClassShares(classes, 20);
  const clock = new FairClock();
  const line = new Line({ shares, clock, limit: 20, adaptive: true });
  const join = (lane: Lane, now: number): Waiter => {
    const waiter = new Anyone();
    waiter.queuedAt = now;
    lane.push(waiter, now);
    line.joined(lane, now);
    return waiter;
  };
  const laneOf = (key: string, priority = 0): Lane =>
    new Lane(new Flow(key), priority, 'adaptive', 20);
  const next = (mayTake: (flow: Flow) => boolean = () => true) => line.next(1, mayTake);
  return { line, clock, join, laneOf, next };
};

describe('Line', () => {
  it('serves by precedence, then the flow that has used least, then the oldest', () => {
    const { clock, join, laneOf, next } = setUp();
    const [used, young, old, high] = [laneOf('used'), laneOf('b'), laneOf('c'), laneOf('d', 1)];
    clock.charge(used.flow, 50);
    join(used, 0);
    expect(next()).toBe(used);
    join(young, 2);
    expect(next()).toBe(young);
    join(old, 1);
    expect(next()).toBe(old);
    join(high, 3);
    expect(next()).toBe(high);
    expect(next((flow) => flow !== high.flow)).toBe(old);
  });

  it('serves the newest of equals while the crowd is overloaded', () => {
    const { line, join, laneOf, next } = setUp();
    const lanes: Lane[] = [];
    for (let i = 0; i < 150; i++) {
      const lane = laneOf(`${i}`);
      lanes.push(lane);
      join(lane, i * 2);
      if (i % 2 === 0) line.served(lane, i * 2);
      if (i === 50) expect(next()).toBe(lanes[0]);
    }
    expect(line.inForce(laneOf('idle'))).toBe('lifo');
    expect(next()).toBe(lanes[149]);
  });

  it('counts who waits, by class and flow, and forgets lanes without waiters', () => {
    const { line, join, laneOf, next } = setUp();
    const [low, high] = [laneOf('low'), laneOf('high', 1)];
    const waiters = [join(low, 0), join(low, 0), join(high, 0)] as const;
    expect([line.size, line.queuedByClass, low.flow.waiting]).toEqual([3, [2, 1], 2]);
    for (const [waiter, lane] of [
      [waiters[0], low],
      [waiters[2], high],
      [waiters[1], low],
    ] as const) {
      lane.remove(waiter, 1);
      line.left(lane, 1);
    }
    expect([line.size, line.queuedByClass, line.lanes, next()]).toEqual([0, [0, 0], [], null]);
  });
});
