import type { TimerWheel } from '../time/timer-wheel.ts';
import type { PriorityClass } from './class-shares.ts';
import type { QueueOrder } from './queue-orders.ts';
import type { RefusalReason } from './wait-queue.ts';

/** Called after the fact, for those who count; one that throws disturbs nobody. */
export interface LimiterHooks {
  onQueued?: (queued: number) => void;
  /** A waiter won its permit. */
  onGranted?: (waitedMs: number) => void;
  /** A waiter was refused; refusals at arrival are `enqueue`'s result. */
  onRefused?: (reason: RefusalReason, waitedMs: number) => void;
  onLimitChanged?: (from: number, to: number) => void;
  /** What a waiter's `onGrant` or `onRefuse` threw. */
  onError?: (error: unknown) => void;
}

/** What may change while requests wait. */
export interface LimiterRules {
  maxQueue: number;
  order?: QueueOrder;
  /** What `priority` is an index into; one class without reserve when absent. */
  classes?: readonly PriorityClass[];
  /** Most permits that one key may hold and await; Infinity: no cap. */
  maxPerFlow?: number;
}

export interface LimiterOptions extends LimiterRules {
  /** Permits at once, 0 to 65,535. */
  limit: number;
  wheel: TimerWheel;
  /**
   * A clock that stops while this process stands still, which says nothing of how fast the queue drains or how long
   * service takes. Default: the wheel's.
   */
  awake?: { now(): number };
  /** Keys known at once; more share one flow. */
  maxFlows?: number;
  hooks?: LimiterHooks;
}
