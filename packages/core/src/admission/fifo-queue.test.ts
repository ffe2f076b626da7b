import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FifoQueue } from './fifo-queue.ts';
import { Waiter } from './wait-queue.ts';

class Anyone extends Waiter {
  onGrant(): void {}
  onRefuse(): void {}
}

it('equals an array, whoever leaves from wherever', () => {
  const steps = fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat(9)));
  const property = fc.property(steps, (script) => {
    const queue = new FifoQueue();
    const model: Waiter[] = [];
    for (const step of script) {
      if (step === 'push') {
        const waiter = new Anyone();
        queue.push(waiter);
        model.push(waiter);
      } else if (step === 'shift') {
        expect(queue.shift()).toBe(model.shift() ?? null);
      } else {
        const [waiter] = model.splice(Number(step), 1);
        if (waiter) queue.remove(waiter);
      }
      expect(queue.size).toBe(model.length);
    }
    for (const waiter of model) expect(queue.shift()).toBe(waiter);
    expect(queue.shift()).toBeNull();
  });
  fc.assert(property, { seed: 13, numRuns: 200 });
});
