import type { Lease } from './lease-table.ts';
import { TimerEntry } from './timer-wheel.ts';

/** Why a waiter got no permit: it waited too long; or the queue was emptied (breaker open, draining). */
export type Refusal = 'queue_timeout' | 'flushed';

/** Where a waiter waits, and whom its timeout concerns. */
interface WaitingRoom {
  expire(waiter: Waiter): void;
}

/**
 * One that waits for a permit; in one queue at a time, and usable again once settled. It is its own
 * queue link and its own timer, so that waiting allocates nothing. The `queue…` fields belong to the
 * limiter and its queue.
 */
export abstract class Waiter extends TimerEntry {
  /** @internal */ queuePrevious: Waiter | null = null;
  /** @internal */ queueNext: Waiter | null = null;
  /** @internal */ queueRoom: WaitingRoom | null = null;
  /** @internal */ queuedAt = 0;

  get waiting(): boolean {
    return this.queueRoom !== null;
  }

  /** The permit is the waiter's now: it has to release it. */
  abstract onGrant(lease: Lease): void;
  abstract onRefuse(reason: Refusal): void;

  override onExpire(): void {
    this.queueRoom?.expire(this);
  }
}

/** The order of service. Only the limiter calls it, with waiters that are (or are not) in it. */
export interface WaitQueue {
  readonly size: number;
  push(waiter: Waiter): void;
  /** Takes out the one to be served next. */
  shift(): Waiter | null;
  /** Takes out one that is in the queue, wherever it stands, in O(1). */
  remove(waiter: Waiter): void;
}
