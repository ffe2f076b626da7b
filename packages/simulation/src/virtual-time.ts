import type { TimeSource } from '@spillway/core';
import { EventQueue, type SimulatedEvent } from './event-queue.ts';

/** A clock that jumps from event to event: hours pass as fast as their events can be worked off. */
export class VirtualTime implements TimeSource {
  readonly #events = new EventQueue();
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** Calls back at the instant, or now when that has passed. */
  at(atMs: number, callback: () => void): SimulatedEvent {
    return this.#events.add(Math.max(atMs, this.#now), callback);
  }

  after(delayMs: number, callback: () => void): SimulatedEvent {
    return this.at(this.#now + delayMs, callback);
  }

  cancel(event: SimulatedEvent | null): void {
    if (event !== null) event.callback = null;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    return this.after(delayMs, callback);
  }

  clearTimer(handle: unknown): void {
    this.cancel(handle as SimulatedEvent);
  }

  afterIo(callback: () => void): void {
    this.after(0, callback);
  }

  /** Works off what comes due, each at its own instant, until the clock shows `untilMs` or it is enough. */
  run(untilMs: number, isEnough: () => boolean = () => false): void {
    while (this.#events.nextAtMs <= untilMs) {
      const event = this.#events.take()!;
      const { callback } = event;
      if (callback === null) continue;
      event.callback = null;
      this.#now = event.atMs;
      callback();
      if (isEnough()) return;
    }
    this.#now = untilMs;
  }
}
