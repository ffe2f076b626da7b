import type { TimeSource } from './time/time-source.ts';

export { seededRandom } from '@spillway/random';

interface ManualTimer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until told: for tests and simulations. */
export class ManualTime implements TimeSource {
  #now: number;
  /** In order of creation; a Set keeps it, and makes clearing O(1). */
  readonly #timers = new Set<ManualTimer>();

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    if (!(delayMs >= 0)) throw new RangeError(`delayMs must be at least 0, not ${delayMs}`);
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimer(handle: unknown): void {
    this.#timers.delete(handle as ManualTimer);
  }

  /** Within the next advance, at the instant of now, behind what was set for then or before. */
  afterIo(callback: () => void): void {
    this.setTimer(callback, 0);
  }

  /** Moves on by `ms` and runs what comes due on the way, in order, each at its own instant. */
  advance(ms: number): void {
    const until = this.#until(ms);
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until)) this.#run(timer);
    this.#now = until;
  }

  /** As `advance`, but lets promises settle before, between and after the timers. */
  async advanceAsync(ms: number): Promise<void> {
    const until = this.#until(ms);
    await settlePromises();
    for (let timer = this.#next(until); timer !== null; timer = this.#next(until)) {
      this.#run(timer);
      await settlePromises();
    }
    this.#now = until;
    await settlePromises();
  }

  /** Moves the clock and runs nothing, as when the process was stopped or its event loop blocked. */
  skip(ms: number): void {
    this.#now = this.#until(ms);
  }

  #until(ms: number): number {
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`cannot advance by ${ms} ms`);
    return this.#now + ms;
  }

  #next(until: number): ManualTimer | null {
    let next: ManualTimer | null = null;
    for (const timer of this.#timers) {
      if (timer.at <= until && (next === null || timer.at < next.at)) next = timer;
    }
    return next;
  }

  #run(timer: ManualTimer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }
}

/** A round through the event loop, after which every promise that could settle has. */
const settlePromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
