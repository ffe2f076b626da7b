import { OverloadDetector } from './overload-detector.ts';
import type { Pace, Waiter, WaitQueue } from './wait-queue.ts';
import { WaiterList } from './waiter-list.ts';

/** CoDel's 100 ms, stretched for slow services: ten permits' worth of coming back. */
const minIntervalMs = 100;
const intervalGaps = 10;
const targetShare = 1 / 20;
/** folly drops what waited longer than twice the target. */
const maxWaitTargets = 2;
/** As many as this share of an interval serves, or a service time, are no overload. */
const harmlessShare = 1 / 2;
/** And so many bridge the sways of arrivals while it is one. */
const reserveShare = 1 / 4;
const reserveWaitShare = 1 / 2;

export interface ControlledDelay {
  intervalMs: number;
  /** A line no longer than this is no overload. */
  harmless: number;
  /** Who waited longer goes, while the line is overloaded and longer than `reserve`. */
  maxWaitMs: number;
  reserve: number;
  /** The same for those within the reserve. */
  maxReserveWaitMs: number;
}

/** Ten permits' worth of coming back, but CoDel's constants for fast services. */
export const controlledDelay = ({ gapMs, serviceMs }: Pace): ControlledDelay => {
  const intervalMs = Math.max(minIntervalMs, intervalGaps * gapMs);
  const servedIn = (ms: number): number => (gapMs > 0 ? Math.max(1, Math.floor(ms / gapMs)) : 1);
  return {
    intervalMs,
    harmless: servedIn(Math.max(harmlessShare * intervalMs, serviceMs)),
    maxWaitMs: maxWaitTargets * targetShare * intervalMs,
    reserve: servedIn(reserveShare * intervalMs),
    maxReserveWaitMs: reserveWaitShare * intervalMs,
  };
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
    const { reserve, maxWaitMs, maxReserveWaitMs } = controlledDelay(this.#pace);
    const mostMs = this.size > reserve ? maxWaitMs : maxReserveWaitMs;
    return now - oldest.queuedAt > mostMs ? oldest : null;
  }

  turnedAway(): void {
    this.#detector.turnedAway();
  }

  observe(now: number): void {
    this.#detector.observe(now, this.size, controlledDelay(this.#pace));
  }
}
