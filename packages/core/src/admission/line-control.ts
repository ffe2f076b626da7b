import { controlledDelay } from './adaptive-queue.ts';
import { DrainGap } from './drain-gap.ts';
import type { Lane } from './lane.ts';
import { OverloadDetector } from './overload-detector.ts';
import type { Pace, Waiter } from './wait-queue.ts';

/**
 * The lanes together. Where each of many keys has one request in line, no lane is ever long, and yet the
 * line may be: then order and delay are controlled across the lanes. One that is overloaded by itself
 * controls itself, and is no sign of the others.
 */
export class LineControl implements Pace {
  /** How often anybody is served. */
  readonly drain = new DrainGap();
  readonly #detector = new OverloadDetector();
  #limit: number;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get overloaded(): boolean {
    return this.#detector.overloaded;
  }

  get gapMs(): number {
    return this.drain.known ? this.drain.meanMs : 0;
  }

  get serviceMs(): number {
    return this.gapMs * this.#limit;
  }

  observe(now: number, lanes: readonly Lane[]): void {
    this.#size = 0;
    // A lane alone controls itself.
    if (lanes.length > 1)
      for (const lane of lanes) this.#size += isCalm(lane) ? lane.queue.size : 0;
    this.#detector.observe(now, this.#size, controlledDelay(this));
  }

  turnedAway(lane: Lane): void {
    if (isCalm(lane)) this.#detector.turnedAway();
  }

  overdue(now: number, lanes: readonly Lane[]): Waiter | null {
    if (!this.overloaded || this.#size < 2) return null;
    let oldest: Waiter | null = null;
    for (const { queue } of lanes) {
      const first = queue.inForce === 'fifo' ? queue.oldest : null;
      if (first !== null && !(oldest !== null && first.queuedAt >= oldest.queuedAt)) oldest = first;
    }
    const { reserve, maxWaitMs, maxReserveWaitMs } = controlledDelay(this);
    const mostMs = this.#size > reserve ? maxWaitMs : maxReserveWaitMs;
    return oldest !== null && now - oldest.queuedAt > mostMs ? oldest : null;
  }

  setLimit(limit: number): void {
    // Nothing is served meanwhile; the pace of before is known when it goes on.
    if (limit === 0) return;
    if (this.#limit > 0) this.drain.scale(this.#limit / limit);
    this.#limit = limit;
  }
}

const isCalm = ({ queue }: Lane): boolean => queue.inForce === 'fifo';
