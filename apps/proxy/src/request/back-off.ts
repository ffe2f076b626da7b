import { TimerEntry } from '@spillway/core';
import type { Exchange, Stage } from './exchange.ts';

/** Waits before another attempt; over at once when the exchange is interrupted. */
export function backOff(exchange: Exchange, delayMs: number): Promise<void> {
  return new Promise((resolve) => new Pause(exchange, resolve).start(delayMs));
}

class Pause extends TimerEntry implements Stage {
  readonly #exchange: Exchange;
  readonly #resolve: () => void;

  constructor(exchange: Exchange, resolve: () => void) {
    super();
    this.#exchange = exchange;
    this.#resolve = resolve;
  }

  get doing() {
    return 'pause' as const;
  }

  start(delayMs: number): void {
    this.#exchange.stage = this;
    this.#exchange.instance.wheel.schedule(this, delayMs);
  }

  override onExpire(): void {
    this.#over();
  }

  interrupt(): void {
    this.#exchange.instance.wheel.cancel(this);
    this.#over();
  }

  #over(): void {
    this.#exchange.stage = null;
    this.#resolve();
  }
}
