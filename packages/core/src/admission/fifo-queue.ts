import type { Waiter, WaitQueue } from './wait-queue.ts';
import { WaiterList } from './waiter-list.ts';

/** First come, first served. */
export class FifoQueue extends WaiterList implements WaitQueue {
  readonly inForce = 'fifo';

  get ahead(): number {
    return this.size;
  }

  get last(): Waiter | null {
    return this.newest;
  }

  shift(): Waiter | null {
    const first = this.oldest;
    if (first !== null) this.remove(first);
    return first;
  }
}
