import { requireAtLeast } from '../check-number.ts';
import type { TimeSource } from './time-source.ts';

/**
 * A clock that stops while its process does: suspended (SIGSTOP, a frozen container, a stolen processor) or with its
 * event loop blocked. We could neither hear nor say anything meanwhile, so that time counts against nobody: every
 * timeout, age and lease has as much left after a standstill as before, and nothing becomes due by it.
 * CLOCK_MONOTONIC treats a sleeping machine the same way.
 *
 * From `standstillMs` between two readings on it was a standstill: somebody has to read it well more often, whatever
 * else happens. Shorter pauses count.
 */
export class AwakeTime implements TimeSource {
  readonly #time: TimeSource;
  readonly #standstillMs: number;
  #readAt: number;
  #lostMs = 0;
  #wokeAt = -Infinity;

  constructor(time: TimeSource, standstillMs: number) {
    this.#standstillMs = requireAtLeast('standstillMs', standstillMs, Number.MIN_VALUE);
    this.#time = time;
    this.#readAt = time.now();
  }

  /** All the time that was not counted, ms. */
  get lostMs(): number {
    return this.#lostMs;
  }

  /** The instant at which the latest standstill was over; -Infinity before the first. */
  get wokeAt(): number {
    return this.#wokeAt;
  }

  now(): number {
    const readAt = this.#time.now();
    const gapMs = readAt - this.#readAt;
    this.#readAt = readAt;
    if (gapMs >= this.#standstillMs) {
      this.#lostMs += gapMs;
      this.#wokeAt = readAt - this.#lostMs;
    }
    return readAt - this.#lostMs;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    return this.#time.setTimer(callback, delayMs);
  }

  clearTimer(handle: unknown): void {
    this.#time.clearTimer(handle);
  }

  afterIo(callback: () => void): void {
    this.#time.afterIo(callback);
  }
}
