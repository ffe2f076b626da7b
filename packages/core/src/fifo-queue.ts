import type { Waiter, WaitQueue } from './wait-queue.ts';

/** First come, first served: a doubly linked list through the waiters themselves. */
export class FifoQueue implements WaitQueue {
  #head: Waiter | null = null;
  #tail: Waiter | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(waiter: Waiter): void {
    waiter.queuePrevious = this.#tail;
    if (this.#tail === null) this.#head = waiter;
    else this.#tail.queueNext = waiter;
    this.#tail = waiter;
    this.#size++;
  }

  shift(): Waiter | null {
    const head = this.#head;
    if (head !== null) this.remove(head);
    return head;
  }

  remove(waiter: Waiter): void {
    const { queuePrevious: previous, queueNext: next } = waiter;
    if (previous === null) this.#head = next;
    else previous.queueNext = next;
    if (next === null) this.#tail = previous;
    else next.queuePrevious = previous;
    waiter.queuePrevious = null;
    waiter.queueNext = null;
    this.#size--;
  }
}
