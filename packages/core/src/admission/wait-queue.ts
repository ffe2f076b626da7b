import type { Lease } from '../lease-table.ts';
import { TimerEntry } from '../time/timer-wheel.ts';
import type { Flow } from './flow.ts';
import type { Lane } from './lane.ts';

/** Why a waiter got no permit: it waited too long; or the queue was emptied (breaker open, draining). */
export type Refusal = 'queue_timeout' | 'flushed';

/** Refusals that answer the arrival: nothing was queued. */
export type ArrivalRefusal = 'queue_full' | 'deadline_unreachable' | 'key_limit';

/**
 * All refusals. `deadline_unreachable`: it could not be served in time any more; `overloaded`: it waited for
 * more than a moment while others do not even get that; `displaced`: its place went to one with more
 * right to it, of a higher class or of a key with fewer in line; `key_limit`: the key holds or awaits
 * as many permits as one may.
 */
export type RefusalReason = Refusal | ArrivalRefusal | 'overloaded' | 'displaced';

/** Who asks for a permit. */
export interface Asker {
  /** Instant, ms, after which an answer is of no use; Infinity: none. */
  readonly deadline: number;
  /** Index of the class; 0 is the default one. */
  readonly priority: number;
  /** Whose request it is; null: nobody's in particular. */
  readonly flow: Flow | null;
}

/** Where a waiter waits, and whom its timeout concerns. */
interface WaitingRoom {
  expire(waiter: Waiter): void;
}

/**
 * One that waits for a permit; in one queue at a time, and usable again once settled. It is its own
 * queue link and its own timer, so that waiting allocates nothing. The `queue…` fields belong to the
 * limiter and its queue; the three of the asker are set before it waits and stay as they are meanwhile.
 */
export abstract class Waiter extends TimerEntry implements Asker {
  deadline = Infinity;
  priority = 0;
  flow: Flow | null = null;
  /** @internal */ queuePrevious: Waiter | null = null;
  /** @internal */ queueNext: Waiter | null = null;
  /** @internal */ queueRoom: WaitingRoom | null = null;
  /** @internal */ queueLane: Lane | null = null;
  /** @internal */ queuedAt = 0;
  /** @internal */ queueEnd: 'queue_timeout' | 'deadline_unreachable' = 'queue_timeout';

  get waiting(): boolean {
    return this.queueRoom !== null;
  }

  /** The permit is the waiter's now: it has to release it. */
  abstract onGrant(lease: Lease): void;
  abstract onRefuse(reason: RefusalReason): void;

  override onExpire(): void {
    this.queueRoom?.expire(this);
  }
}

/** How fast a line moves. */
export interface Pace {
  /** A permit comes to it so often, ms: service time / limit where it is the only one; 0: unknown. */
  readonly gapMs: number;
  /** Mean service time; 0: unknown. */
  readonly serviceMs: number;
}

/** The order of service. Only the limiter calls it, with waiters that are (or are not) in it. */
export interface WaitQueue {
  readonly size: number;
  /** How many of those in line would be served before one that came now. */
  readonly ahead: number;
  /** The one that has waited longest. */
  readonly oldest: Waiter | null;
  /** The one to be served last. */
  readonly last: Waiter | null;
  readonly inForce: 'fifo' | 'lifo';
  push(waiter: Waiter): void;
  /** Takes out the one to be served next. */
  shift(): Waiter | null;
  /** Takes out one that is in the queue, wherever it stands, in O(1). */
  remove(waiter: Waiter): void;
  /** One that has waited longer than this order lets anybody wait now; still in the queue. */
  overdue?(now: number): Waiter | null;
  /** Somebody was refused a place here, or waited in vain. */
  turnedAway?(): void;
  /** Called after every change of the line. */
  observe?(now: number): void;
}
