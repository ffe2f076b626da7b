import type { Lease } from '../lease-table.ts';
import type { Flow } from './flow.ts';
import type { ArrivalRefusal, Asker, Waiter } from './wait-queue.ts';

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
  /** The flow of that name: the same one as long as any of its requests is here, and usually longer. */
  flow(key: string): Flow;
  /** 0 unless a permit is free that the asker may take, and nobody with a right to it waits. */
  tryAcquire(asker?: Asker): Lease;
  /**
   * Queues the waiter for at most `timeoutMs` (Infinity: without limit); it is settled exactly once, by
   * `onGrant`, `onRefuse` or `cancel`. Grants at once when a permit is free for it. Null when queued or
   * granted; else why it was refused: nothing was changed then, and it is not told by `onRefuse`. The first
   * in line may always wait: that is how it is learned that things are well again.
   */
  enqueue(waiter: Waiter, timeoutMs: number): ArrivalRefusal | null;
  /** `enqueue`, for those who only ask whether. */
  wait(waiter: Waiter, timeoutMs: number): boolean;
  /** Takes the waiter out of the queue without a call back. False when it does not wait here. */
  cancel(waiter: Waiter): boolean;
  /** Gives a permit back, or on to whoever is next. False when it was given back before. */
  release(lease: Lease): boolean;
  /**
   * Gives a permit back in `holdMs`: the exchange was cancelled, and the backend may work on for so long.
   * Until then it counts as in flight. The lease is the caller's no more. False as with `release`.
   */
  abandon(lease: Lease, holdMs: number): boolean;
  /**
   * Raising wakes waiters; lowering revokes nothing and grants nothing until below. Also for a ramp, as
   * after a breaker has closed: a share of the limit, raised step by step. `whole`: what it will be once others, who
   * have the rest for a while, are gone; until then nobody is refused for how long the line stands still.
   */
  setLimit(limit: number, whole?: number): void;
  /** Refuses all who wait now with `flushed`; returns how many. */
  flush(): number;
}
