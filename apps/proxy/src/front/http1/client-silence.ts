import { TimerEntry, type TimerWheel } from '@spillway/core';

/** What a client owes: the rest of a head, or its next request. */
export type Awaited = 'head' | 'next';

export interface SilenceOwner {
  onSilence(awaited: Awaited): void;
}

/**
 * Bounds how long one client takes for a head, and how long it sends nothing. It stays in the wheel from request to
 * request and is aimed anew only when it wakes: most waits end long before they are due.
 */
export class ClientSilence extends TimerEntry {
  awaited: Awaited = 'head';
  readonly #wheel: TimerWheel;
  readonly #owner: SilenceOwner;
  #dueAt = Infinity;
  #wakesAt = Infinity;

  constructor(wheel: TimerWheel, owner: SilenceOwner) {
    super();
    this.#wheel = wheel;
    this.#owner = owner;
  }

  await(awaited: Awaited, limitMs: number): void {
    this.awaited = awaited;
    const now = this.#wheel.now();
    this.#dueAt = now + limitMs;
    if (this.#dueAt < this.#wakesAt) this.#aim(now);
  }

  /** It has come. */
  over(): void {
    this.awaited = 'next';
    this.#dueAt = Infinity;
  }

  stop(): void {
    this.#dueAt = Infinity;
    this.#wheel.cancel(this);
  }

  override onExpire(): void {
    this.#wakesAt = Infinity;
    if (this.#dueAt === Infinity) return;
    const now = this.#wheel.now();
    if (now < this.#dueAt) {
      this.#aim(now);
      return;
    }
    this.#dueAt = Infinity;
    this.#owner.onSilence(this.awaited);
  }

  #aim(now: number): void {
    this.#wakesAt = this.#dueAt;
    this.#wheel.schedule(this, this.#dueAt - now);
  }
}
