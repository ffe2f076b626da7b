import { requireAtLeast, requireWhole } from './check-number.ts';
import { type Lease, LeaseTable, maxLeases } from './lease-table.ts';
import type { PermitSource } from './permit-source.ts';
import { type QueueOrder, queueOrders } from './queue-orders.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Refusal, Waiter, WaitQueue } from './wait-queue.ts';

/** Called after the fact, for those who count; one that throws disturbs nobody. */
export interface LimiterHooks {
  onQueued?: (queued: number) => void;
  /** A waiter won its permit. */
  onGranted?: (waitedMs: number) => void;
  onRefused?: (reason: Refusal, waitedMs: number) => void;
  onLimitChanged?: (from: number, to: number) => void;
  /** What a waiter's `onGrant` or `onRefuse` threw. */
  onError?: (error: unknown) => void;
}

export interface LimiterOptions {
  /** Permits at once, 0 to 65,535. */
  limit: number;
  maxQueue: number;
  wheel: TimerWheel;
  order?: QueueOrder;
  hooks?: LimiterHooks;
}

/**
 * At most `limit` permits at once and a bounded queue behind them. A permit is granted only when there
 * is capacity and nobody waits; one given back goes straight to the head of the queue. Call backs may
 * call any method here: their grants come after the one being made, in the queue's order.
 */
export class Limiter implements PermitSource {
  readonly maxQueue: number;
  readonly #wheel: TimerWheel;
  readonly #queue: WaitQueue;
  readonly #hooks: LimiterHooks;
  readonly #leases: LeaseTable;
  #limit: number;
  #granting = false;

  constructor(options: LimiterOptions) {
    this.#limit = requireWhole('limit', options.limit, 0, maxLeases);
    this.maxQueue = requireWhole('maxQueue', options.maxQueue, 0, Number.MAX_SAFE_INTEGER);
    this.#wheel = options.wheel;
    this.#queue = queueOrders[options.order ?? 'fifo']();
    this.#hooks = options.hooks ?? {};
    this.#leases = new LeaseTable(options.limit);
  }

  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#leases.held;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get available(): number {
    return Math.max(0, this.#limit - this.#leases.held);
  }

  tryAcquire(): Lease {
    if (this.#leases.held >= this.#limit || this.#queue.size > 0) return 0;
    return this.#leases.take();
  }

  wait(waiter: Waiter, timeoutMs: number): boolean {
    requireAtLeast('timeoutMs', timeoutMs, 0);
    if (waiter.waiting) throw new RangeError('the waiter waits already');
    const room = this.#queue.size < this.maxQueue;
    if (!room && (this.#queue.size > 0 || this.available === 0)) return false;
    waiter.queueRoom = this;
    waiter.queuedAt = this.#wheel.now();
    this.#queue.push(waiter);
    this.#wheel.schedule(waiter, timeoutMs);
    this.#grantWaiting();
    if (waiter.waiting) this.#tell(this.#hooks.onQueued, this.#queue.size);
    return true;
  }

  cancel(waiter: Waiter): boolean {
    if (waiter.queueRoom !== this) return false;
    this.#leave(waiter);
    return true;
  }

  release(lease: Lease): boolean {
    if (!this.#leases.giveBack(lease)) return false;
    if (this.#queue.size > 0) this.#grantWaiting();
    return true;
  }

  setLimit(limit: number): void {
    requireWhole('limit', limit, 0, maxLeases);
    const from = this.#limit;
    if (limit === from) return;
    this.#leases.grow(limit);
    this.#limit = limit;
    this.#tell(this.#hooks.onLimitChanged, from, limit);
    this.#grantWaiting();
  }

  flush(): number {
    // All leave before the first is told: one that comes back at once is not flushed again.
    const flushed: Waiter[] = [];
    for (let waiter = this.#queue.shift(); waiter !== null; waiter = this.#queue.shift()) {
      this.#settle(waiter);
      flushed.push(waiter);
    }
    for (const waiter of flushed) this.#refuse(waiter, 'flushed');
    return flushed.length;
  }

  /** @internal The wheel calls it through the waiter. */
  expire(waiter: Waiter): void {
    this.#leave(waiter);
    this.#refuse(waiter, 'queue_timeout');
  }

  /**
   * Hands free permits to the queue. What a call back frees meanwhile is handed on by this same loop and
   * not inside the call back: the stack stays flat, and nobody is told before those ahead of it.
   */
  #grantWaiting(): void {
    if (this.#granting) return;
    this.#granting = true;
    try {
      while (this.#leases.held < this.#limit) {
        const waiter = this.#queue.shift();
        if (waiter === null) break;
        this.#settle(waiter);
        this.#grant(waiter, this.#leases.take());
      }
    } finally {
      this.#granting = false;
    }
  }

  #grant(waiter: Waiter, lease: Lease): void {
    const waitedMs = this.#hooks.onGranted && this.#wheel.now() - waiter.queuedAt;
    try {
      waiter.onGrant(lease);
    } catch (error) {
      // Nobody is left to release it. If the waiter did before it threw, this changes nothing.
      this.#leases.giveBack(lease);
      this.#tell(this.#hooks.onError, error);
    }
    if (waitedMs !== undefined) this.#tell(this.#hooks.onGranted, waitedMs);
  }

  #refuse(waiter: Waiter, reason: Refusal): void {
    const waitedMs = this.#wheel.now() - waiter.queuedAt;
    try {
      waiter.onRefuse(reason);
    } catch (error) {
      this.#tell(this.#hooks.onError, error);
    }
    this.#tell(this.#hooks.onRefused, reason, waitedMs);
  }

  #leave(waiter: Waiter): void {
    this.#queue.remove(waiter);
    this.#settle(waiter);
  }

  #settle(waiter: Waiter): void {
    waiter.queueRoom = null;
    this.#wheel.cancel(waiter);
  }

  #tell<A extends unknown[]>(hook: ((...args: A) => void) | undefined, ...args: A): void {
    try {
      hook?.(...args);
    } catch {
      // An observer's failure is not the request's.
    }
  }
}
