import { type Lease, type Refusal, Waiter } from '@spillway/core';
import type { Exchange, Interruption, Stage } from './exchange.ts';

/** A permit, or why there is none. */
export type Admission = Lease | Refusal | 'queue_full' | Interruption;

/** Waits in line for a permit; a client that leaves gives up its place at once. */
export function waitForPermit(exchange: Exchange): Promise<Admission> {
  return new Promise((resolve) => {
    const place = new QueuePlace(exchange, resolve);
    const { permits, config } = exchange.gateway;
    if (!permits.wait(place, config.queueTimeoutMs)) resolve('queue_full');
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
    this.#enteredAt = exchange.gateway.wheel.now();
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

  override onRefuse(reason: Refusal): void {
    this.#leave(reason);
  }

  interrupt(): void {
    this.#exchange.gateway.permits.cancel(this);
    this.#leave(this.#exchange.interrupted ?? 'client_gone');
  }

  #leave(admission: Admission): void {
    const exchange = this.#exchange;
    exchange.queueWaitMs += exchange.gateway.wheel.now() - this.#enteredAt;
    exchange.stage = null;
    const permit = typeof admission === 'number' ? 'granted' : admission;
    exchange.gateway.events.emit('queue_left', exchange, this.#enteredAt, permit);
    this.#resolve(admission);
  }
}
