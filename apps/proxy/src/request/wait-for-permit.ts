import { type Lease, type RefusalReason, Waiter } from '@spillway/core';
import type { Exchange, Interruption, Stage } from './exchange.ts';

/** A permit, or why there is none. */
type Admission = Lease | RefusalReason | Interruption;

/** Waits in line for a permit; a client that leaves gives up its place at once. */
export function waitForPermit(exchange: Exchange): Promise<Admission> {
  return new Promise((resolve) => {
    const { permits } = exchange.service;
    const place = new QueuePlace(exchange, resolve);
    const refusal = permits.enqueue(place, exchange.settings.queueTimeoutMs);
    if (refusal !== null) resolve(refusal);
    else if (place.waiting) place.enter();
  });
}

class QueuePlace extends Waiter implements Stage {
  readonly #exchange: Exchange;
  readonly #resolve: (admission: Admission) => void;
  readonly #enteredAt: number;

  constructor(exchange: Exchange, resolve: (admission: Admission) => void) {
    super();
    this.#exchange = exchange;
    this.#resolve = resolve;
    this.#enteredAt = exchange.instance.wheel.now();
    this.deadline = exchange.deadline;
    this.priority = exchange.priority;
    this.flow = exchange.flow;
  }

  get doing() {
    return 'queued' as const;
  }

  enter(): void {
    this.#exchange.stage = this;
  }

  override onGrant(lease: Lease): void {
    this.#leave(lease);
  }

  override onRefuse(reason: RefusalReason): void {
    const exchange = this.#exchange;
    if (exchange.service.life.isExpiry(exchange, reason)) {
      exchange.stage = null;
      exchange.onExpire();
    }
    this.#leave(exchange.interrupted ?? reason);
  }

  interrupt(): void {
    this.#exchange.service.permits.cancel(this);
    this.#leave(this.#exchange.interrupted ?? 'client_gone');
  }

  #leave(admission: Admission): void {
    const exchange = this.#exchange;
    exchange.queueWaitMs += exchange.instance.wheel.now() - this.#enteredAt;
    exchange.stage = null;
    const permit = typeof admission === 'number' ? 'granted' : admission;
    exchange.instance.events.emit('queue_left', exchange, this.#enteredAt, permit);
    this.#resolve(admission);
  }
}
