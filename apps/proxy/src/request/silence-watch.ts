import { TimerEntry, type TimerWheel } from '@spillway/core';

/**
 * Bounds a silence without a timer a chunk: what comes only notes the time, and the wheel is asked
 * anew when the limit would be over.
 */
export abstract class SilenceWatch extends TimerEntry {
  readonly #wheel: TimerWheel;
  #limitMs = 0;
  #lastAt = 0;

  constructor(wheel: TimerWheel) {
    super();
    this.#wheel = wheel;
  }

  /** Nothing has come for too long. */
  protected abstract onSilence(): void;

  /** From now on, and with this limit instead of any before. */
  start(limitMs: number): void {
    this.#limitMs = limitMs;
    this.#lastAt = this.#wheel.now();
    this.#wheel.schedule(this, limitMs);
  }

  /** Something came. */
  touch(): void {
    this.#lastAt = this.#wheel.now();
  }

  stop(): void {
    this.#wheel.cancel(this);
  }

  override onExpire(): void {
    const leftMs = this.#limitMs - (this.#wheel.now() - this.#lastAt);
    if (leftMs > 0) this.#wheel.schedule(this, leftMs);
    else this.onSilence();
  }
}
