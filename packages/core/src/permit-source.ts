import type { Lease } from './lease-table.ts';
import type { Waiter } from './wait-queue.ts';

/**
 * Whoever hands out permits: the limiter of this process today, a limit shared by several workers or
 * a fleet later. A permit is taken with `tryAcquire` or won by waiting, and given back with `release`.
 */
export interface PermitSource {
  readonly limit: number;
  /** Permits held. Above `limit` only after the limit was lowered. */
  readonly inFlight: number;
  readonly queued: number;
  /** Permits free now. */
  readonly available: number;
  readonly maxQueue: number;
  /** 0 unless there is capacity and nobody waits. */
  tryAcquire(): Lease;
  /**
   * Queues the waiter for at most `timeoutMs` (Infinity: without limit); it is settled exactly once, by
   * `onGrant`, `onRefuse` or `cancel`. False: the queue is full, nothing was changed. Grants at once when
   * there is capacity and nobody waits.
   */
  wait(waiter: Waiter, timeoutMs: number): boolean;
  /** Takes the waiter out of the queue without a call back. False when it does not wait here. */
  cancel(waiter: Waiter): boolean;
  /** Gives a permit back, or on to the head of the queue. False when it was given back before. */
  release(lease: Lease): boolean;
  /** Raising wakes waiters; lowering revokes nothing and grants nothing until below. */
  setLimit(limit: number): void;
  /** Refuses all who wait now with `flushed`; returns how many. */
  flush(): number;
}
