import { expect, it } from 'vitest';
import { LifoQueue } from './lifo-queue.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

it('the last to come is the first served, whoever leaves', () => {
  const queue = new LifoQueue();
  const [a, b, c, d] = [new Anyone(), new Anyone(), new Anyone(), new Anyone()];
  for (const waiter of [a, b, c, d]) queue.push(waiter);
  queue.remove(c);
  expect([queue.size, queue.ahead, queue.last]).toEqual([3, 0, a]);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([d, b, a, null]);
});
