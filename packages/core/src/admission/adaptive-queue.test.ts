import { describe, expect, it } from 'vitest';
import { AdaptiveQueue, controlledDelay } from './adaptive-queue.ts';
import { Waiter } from './wait-queue.ts';

/** 20 permits of 50 ms, and 8 of 10 s. */
const fast = { gapMs: 2.5, serviceMs: 50 };
const slow = { gapMs: 1250, serviceMs: 10_000 };

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

/** One comes every 2 ms, none goes. */
const fill = (queue: AdaptiveQueue, count: number, startAt = 0): Waiter[] =>
  Array.from({ length: count }, (_, i) => {
    const waiter = new Anyone();
    waiter.queuedAt = startAt + i * 2;
    queue.push(waiter);
    queue.observe(waiter.queuedAt);
    return waiter;
  });

describe('controlledDelay', () => {
  it("keeps CoDel's 100 ms for fast services", () => {
    expect(controlledDelay(fast)).toEqual({
      intervalMs: 100,
      harmless: 20,
      maxWaitMs: 10,
      reserve: 10,
      maxReserveWaitMs: 50,
    });
  });

  it('stretches with the service time', () => {
    const { intervalMs, maxWaitMs, harmless } = controlledDelay(slow);
    expect([intervalMs, maxWaitMs, harmless]).toEqual([12_500, 1250, 8]);
  });

  it('has constants while the service time is unknown', () => {
    expect(controlledDelay({ gapMs: 0, serviceMs: 0 })).toMatchObject({
      intervalMs: 100,
      reserve: 1,
    });
  });
});

describe('AdaptiveQueue', () => {
  it('serves in order of arrival while calm, and lets everybody wait', () => {
    const queue = new AdaptiveQueue(fast);
    const waiters = fill(queue, 5);
    expect([queue.inForce, queue.ahead, queue.last]).toEqual(['fifo', 5, waiters[4]]);
    expect(queue.overdue(1e6)).toBe(null);
    expect(queue.shift()).toBe(waiters[0]);
  });

  it('serves the newest first while overloaded', () => {
    const queue = new AdaptiveQueue(fast);
    const waiters = fill(queue, 150);
    expect([queue.inForce, queue.ahead, queue.last]).toEqual(['lifo', 0, waiters[0]]);
    expect(queue.shift()).toBe(waiters[149]);
  });

  it('tells those to go who waited for more than a moment, but keeps a few who bridge a lull', () => {
    const queue = new AdaptiveQueue(fast);
    fill(queue, 150);
    let gone = 0;
    for (let it = queue.overdue(300); it !== null; it = queue.overdue(300)) {
      expect(300 - it.queuedAt).toBeGreaterThan(10);
      queue.remove(it);
      gone++;
    }
    expect([gone, queue.size]).toEqual([140, 10]);
    expect(queue.overdue(330)).toBe(null);
    expect(queue.overdue(350)?.queuedAt).toBe(280);
  });

  it('never tells the only one to go', () => {
    const queue = new AdaptiveQueue(fast);
    const waiters = fill(queue, 150);
    for (const waiter of waiters.slice(1)) queue.remove(waiter);
    expect(queue.overdue(1e6)).toBe(null);
  });
});
