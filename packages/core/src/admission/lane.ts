import { DrainGap } from './drain-gap.ts';
import type { Flow } from './flow.ts';
import { type QueueOrder, queueOrders } from './queue-orders.ts';
import type { Pace, Waiter, WaitQueue } from './wait-queue.ts';

/** Where one flow's waiters of one class stand, in an order and at a pace of their own. */
export class Lane implements Pace {
  readonly flow: Flow;
  readonly priority: number;
  readonly order: QueueOrder;
  readonly queue: WaitQueue;
  readonly drain = new DrainGap();
  /** Place in the list of lanes with waiters. */
  place = -1;
  /** The limit that the pace was measured at. */
  #limit: number;

  constructor(flow: Flow, priority: number, order: QueueOrder, limit: number) {
    this.flow = flow;
    this.priority = priority;
    this.order = order;
    this.queue = queueOrders[order](this);
    this.#limit = limit;
  }

  get gapMs(): number {
    return this.drain.known
      ? this.drain.meanMs
      : this.flow.service.meanMs / Math.max(1, this.#limit);
  }

  get serviceMs(): number {
    return this.flow.service.meanMs;
  }

  push(waiter: Waiter, now: number): void {
    this.drain.start(now);
    this.queue.push(waiter);
    this.changed(now);
  }

  /** Takes out the one to be served next; to be followed by `served`, or `changed` if it isn't served. */
  next(): Waiter | null {
    return this.queue.shift();
  }

  /** A permit came to the lane. */
  served(now: number): void {
    this.drain.served(now);
    this.changed(now);
  }

  remove(waiter: Waiter, now: number): void {
    this.queue.remove(waiter);
    this.changed(now);
  }

  setLimit(limit: number): void {
    // Nothing is served meanwhile; the pace of before is known when it goes on.
    if (limit === 0) return;
    if (this.#limit > 0) this.drain.scale(this.#limit / limit);
    this.#limit = limit;
  }

  /** How long one that came now would wait; 0 as long as nothing is known. */
  estimateMs(now: number): number {
    if (!this.drain.known) return 0;
    return (this.queue.ahead + 1) * this.drain.expectedMs(now);
  }

  changed(now: number): void {
    if (this.queue.size === 0) this.drain.stop();
    this.queue.observe?.(now);
  }
}
