import { toleratedDropShare, usedShare } from './aimd-step.ts';
import type { LimitBounds } from './concurrency-limit.ts';
import type { Level } from './level-meter.ts';

export type SearchStep =
  /** The same level once more: it may have been chance. */
  { readonly to: 'again' } | { readonly to: 'try'; readonly limit: number } | Found;

export interface Found {
  readonly to: 'found';
  readonly limit: number;
  /** There was a level without a queue to compare with. */
  readonly sure: boolean;
  /** The upstream refused or timed out. */
  readonly drops: boolean;
}

/** A level that adds less work than this power of what it adds in flight only queues. */
const leastGain = 0.5;
/** What of a level is left on the way down: less shows little, more costs work. */
const downTo = 0.6;

/**
 * Finds where a backend that nothing is known of has enough: twice as many at a time until that does no more
 * work, or half as many while that does no less. Compares rates only (Little: latency = in flight / rate), which
 * takes two or three service times a level and leaves no slow request out.
 */
export class CapacitySearch {
  readonly #min: number;
  readonly #max: number;
  /** The highest level known to be of use, or the lowest known to be too much. */
  #last: Level | null = null;
  #direction: 'up' | 'down' = 'up';
  #everGained = false;
  #bestRate = 0;
  #leastMs = Infinity;
  /** For the error of `#leastMs`. */
  #margin = 1;
  /** The level before the second look. */
  #doubted: Level | null = null;

  constructor({ min, max }: LimitBounds) {
    this.#min = min;
    this.#max = max;
  }

  /** Again, downwards from a level that was found: the first answers of a fresh process are slow. */
  verify(level: Level): SearchStep {
    this.#doubted = null;
    this.#everGained = false;
    this.#bestRate = 0;
    this.#leastMs = Infinity;
    this.#direction = 'down';
    this.#remember(level);
    return this.#down(level);
  }

  onLevel(seen: Level): SearchStep {
    if (seen.dropShare > toleratedDropShare) return this.#onDrops(seen);
    if (seen.inFlight < usedShare * seen.limit) return { to: 'again' };
    const level = this.#doubted === null ? seen : together(this.#doubted, seen);
    const last = this.#last;
    const gained = last === null || gain(last, level) >= leastGain;
    if (!gained && this.#doubted === null) {
      this.#doubted = level;
      return { to: 'again' };
    }
    this.#doubted = null;
    this.#remember(level);
    if (this.#direction === 'up') {
      if (gained) return this.#up(level, last !== null);
      if (this.#everGained) return this.#found();
      this.#direction = 'down';
      return this.#down(last);
    }
    // Rates of two levels are compared the same way, whichever is the higher.
    return gained ? this.#found() : this.#down(level);
  }

  #up(level: Level, gained: boolean): SearchStep {
    this.#last = level;
    this.#everGained ||= gained;
    const limit = Math.min(this.#max, 2 * level.limit);
    return limit > level.limit ? { to: 'try', limit } : this.#end(level.limit);
  }

  #down(level: Level): SearchStep {
    this.#last = level;
    const limit = Math.max(this.#min, Math.floor(downTo * level.limit));
    return limit < level.limit ? { to: 'try', limit } : this.#end(level.limit);
  }

  #onDrops(level: Level): SearchStep {
    // By Little's law, where anything was answered and it is known how fast.
    const work = level.answered > 0 ? this.#leastMs * rateOf(level) : Infinity;
    const known = this.#last !== null && this.#direction === 'up' ? this.#last.limit : 0;
    const limit = Math.max(known, Math.min(0.75 * level.limit, work));
    return { to: 'found', limit, sure: known > 0, drops: true };
  }

  #found(): SearchStep {
    const limit = this.#bestRate * this.#leastMs * this.#margin;
    return { to: 'found', limit, sure: true, drops: false };
  }

  #end(limit: number): SearchStep {
    return { to: 'found', limit, sure: this.#everGained, drops: false };
  }

  #remember(level: Level): void {
    const rate = rateOf(level);
    this.#bestRate = Math.max(this.#bestRate, rate);
    // Rather too high: that costs a short queue until a probe finds it, too low costs work.
    const margin = 1 + 0.75 / Math.sqrt(level.answered);
    if (!((level.inFlight / rate) * margin < this.#leastMs * this.#margin)) return;
    this.#leastMs = level.inFlight / rate;
    this.#margin = margin;
  }
}

const rateOf = ({ answered, durationMs }: Level): number => answered / durationMs;

/** The power of the number in flight with which work grows: 1 while there is room, 0 once more only waits. */
const gain = (a: Level, b: Level): number =>
  Math.log(rateOf(b) / rateOf(a)) / Math.log(b.inFlight / a.inFlight);

const together = (a: Level, b: Level): Level => {
  const answered = a.answered + b.answered;
  return {
    limit: b.limit,
    inFlight: (a.inFlight * a.answered + b.inFlight * b.answered) / answered,
    answered,
    durationMs: a.durationMs + b.durationMs,
    dropShare: b.dropShare,
  };
};
