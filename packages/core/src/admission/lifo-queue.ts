import type { Waiter, WaitQueue } from './wait-queue.ts';
import { WaiterList } from './waiter-list.ts';

/** Last come, first served: who waits longest is likeliest to have given up. */
export class LifoQueue extends WaiterList implements WaitQueue {
  readonly inForce = 'lifo';
  readonly ahead = 0;

  get last(): Waiter | null {
    return this.oldest;
  }

  shift(): Waiter | null {
    const first = this.newest;
    if (first !== null) this.remove(first);
    return first;
  }
}
