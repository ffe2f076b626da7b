import type { TimerWheel } from '@spillway/core';

export interface IdleOwner {
  onIdleTimeout(): void;
}

/**
 * Ends an idleness that lasts too long. A timer of its own that keeps no process alive, and that is left alone while
 * requests come and go: when it fires it looks how long the present idleness has lasted.
 */
export class IdleTimer {
  readonly #wheel: TimerWheel;
  readonly #owner: IdleOwner;
  #timer: NodeJS.Timeout | null = null;
  /** Infinity: busy. */
  #since = Infinity;
  #limitMs = 0;

  constructor(wheel: TimerWheel, owner: IdleOwner) {
    this.#wheel = wheel;
    this.#owner = owner;
  }

  start(limitMs: number): void {
    this.#since = this.#wheel.now();
    this.#limitMs = limitMs;
    if (this.#timer === null) this.#arm(limitMs);
  }

  stop(): void {
    this.#since = Infinity;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(fire, ms, this).unref();
  }

  onTimer(): void {
    this.#timer = null;
    if (this.#since === Infinity) return;
    const leftMs = this.#since + this.#limitMs - this.#wheel.now();
    if (leftMs > 0) this.#arm(leftMs);
    else this.#owner.onIdleTimeout();
  }
}

function fire(timer: IdleTimer): void {
  timer.onTimer();
}
