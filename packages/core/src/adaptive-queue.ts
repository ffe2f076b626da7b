import { OverloadDetector } from './overload-detector.ts';
import type { Pace, Waiter, WaitQueue } from './wait-queue.ts';
import { WaiterList } from './waiter-list.ts';

/** CoDel's 100 ms, stretched for slow services: ten permits' worth of coming back. */
const minIntervalMs = 100;
const intervalGaps = 10;
const targetShare = 1 / 20;
/** folly drops what waited longer than twice the target. */
const maxWaitTargets = 2;

/** Interval and target, ms, when a permit comes back every `gapMs` (service time / limit). */
export const controlledDelay = (gapMs: number): { intervalMs: number; targetMs: number } => {
  const intervalMs = Math.max(minIntervalMs, intervalGaps * gapMs);
  return { intervalMs, targetMs: intervalMs * targetShare };
};

/**
 * First come, first served while the line moves. While it is overloaded, last come, first served, and who
 * waited for more than a moment is told to go: the newest is the likeliest to be there still, and
 * whoever can't be served hears it at once.
 */
export class AdaptiveQueue extends WaiterList implements WaitQueue {
  readonly #pace: Pace;
  readonly #detector = new OverloadDetector();

  constructor(pace: Pace) {
    super();
    this.#pace = pace;
  }

  get inForce(): 'fifo' | 'lifo' {
    return this.#detector.overloaded ? 'lifo' : 'fifo';
  }

  get ahead(): number {
    return this.#detector.overloaded ? 0 : this.size;
  }

  get last(): Waiter | null {
    return this.#detector.overloaded ? this.oldest : this.newest;
  }

  shift(): Waiter | null {
    const first = this.#detector.overloaded ? this.newest : this.oldest;
    if (first !== null) this.remove(first);
    return first;
  }

  overdue(now: number): Waiter | null {
    if (!this.#detector.overloaded || this.size < 2) return null;
    const oldest = this.oldest!;
    const { targetMs } = controlledDelay(this.#pace.gapMs);
    return now - oldest.queuedAt > maxWaitTargets * targetMs ? oldest : null;
  }

  turnedAway(): void {
    this.#detector.turnedAway();
  }

  observe(now: number): void {
    this.#detector.observe(now, this.size, controlledDelay(this.#pace.gapMs).intervalMs);
  }
}
