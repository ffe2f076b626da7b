import type { Lease } from '../lease-table.ts';
import type { LimiterHooks } from './limiter-options.ts';
import type { ArrivalRefusal, RefusalReason, Waiter } from './wait-queue.ts';

/** Tells waiters what became of them, and those who count. Whatever they throw, what was decided stands. */
export class LimiterNotifier {
  /** Since the start, at arrival and after waiting. */
  readonly refusals: Record<RefusalReason, number> = {
    queue_full: 0,
    deadline_unreachable: 0,
    key_limit: 0,
    queue_timeout: 0,
    flushed: 0,
    overloaded: 0,
    displaced: 0,
  };
  readonly #hooks: LimiterHooks;

  constructor(hooks: LimiterHooks) {
    this.#hooks = hooks;
  }

  queued(queued: number): void {
    this.#observed(this.#hooks.onQueued, queued);
  }

  limitChanged(from: number, to: number): void {
    this.#observed(this.#hooks.onLimitChanged, from, to);
  }

  /** False when the waiter threw: it will not release the permit. */
  grant(waiter: Waiter, lease: Lease, now: number): boolean {
    // It may come back at once, and then waits anew.
    const waitedMs = now - waiter.queuedAt;
    let taken = true;
    try {
      waiter.onGrant(lease);
    } catch (error) {
      taken = false;
      this.#observed(this.#hooks.onError, error);
    }
    this.#observed(this.#hooks.onGranted, waitedMs);
    return taken;
  }

  refuse(waiter: Waiter, reason: RefusalReason, now: number): void {
    this.refusals[reason]++;
    const waitedMs = now - waiter.queuedAt;
    try {
      waiter.onRefuse(reason);
    } catch (error) {
      this.#observed(this.#hooks.onError, error);
    }
    this.#observed(this.#hooks.onRefused, reason, waitedMs);
  }

  /** The caller hears of it by itself. */
  refusedAtArrival(reason: ArrivalRefusal): void {
    this.refusals[reason]++;
  }

  #observed<A extends unknown[]>(hook: ((...args: A) => void) | undefined, ...args: A): void {
    try {
      hook?.(...args);
    } catch {
      // An observer's failure is not the request's.
    }
  }
}
