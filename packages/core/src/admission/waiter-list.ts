import type { Waiter } from './wait-queue.ts';

/** In order of arrival: a doubly linked list through the waiters themselves. */
export class WaiterList {
  #oldest: Waiter | null = null;
  #newest: Waiter | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Waiter | null {
    return this.#oldest;
  }

  get newest(): Waiter | null {
    return this.#newest;
  }

  push(waiter: Waiter): void {
    waiter.queuePrevious = this.#newest;
    if (this.#newest === null) this.#oldest = waiter;
    else this.#newest.queueNext = waiter;
    this.#newest = waiter;
    this.#size++;
  }

  remove(waiter: Waiter): void {
    const { queuePrevious: previous, queueNext: next } = waiter;
    if (previous === null) this.#oldest = next;
    else previous.queueNext = next;
    if (next === null) this.#newest = previous;
    else next.queuePrevious = previous;
    waiter.queuePrevious = null;
    waiter.queueNext = null;
    this.#size--;
  }
}
