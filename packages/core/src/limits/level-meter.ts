import { toleratedDropShare } from './aimd-step.ts';
import type { SampleOutcome } from './concurrency-limit.ts';

/** What was seen of the upstream with so many in flight. */
export interface Level {
  readonly limit: number;
  /** On the mean of the samples. */
  readonly inFlight: number;
  readonly answered: number;
  readonly durationMs: number;
  readonly dropShare: number;
}

/** So many ends at least, twice as many as fit in at once, and a time in which a pause of ours is no answer. */
const [leastEnds, leastMs] = [20, 100];

/** Measures one level after the other, each from when those of the level before are through. */
export class LevelMeter {
  #limit = 0;
  #from = -Infinity;
  #startedAt = Number.NaN;
  #answered = 0;
  #dropped = 0;
  #inFlight = 0;
  /** Ends with less than half of the limit in flight, and how many of them were drops. */
  #idleEnds = 0;
  #idleDrops = 0;

  /** The next level, measured from an instant on. */
  begin(limit: number, from: number): void {
    this.#limit = limit;
    this.#idleEnds = this.#idleDrops = 0;
    this.#restart(from);
  }

  /** The level, once enough was seen of it. */
  add(endedAt: number, inFlight: number, outcome: SampleOutcome): Level | null {
    if (endedAt < this.#from || outcome === 'ignored') return null;
    if (inFlight < this.#limit / 2) return this.#idle(endedAt, inFlight, outcome);
    if (Number.isNaN(this.#startedAt)) {
      // Time is counted between ends: the first one opens it.
      this.#startedAt = endedAt;
      if (outcome === 'success') return null;
    }
    if (outcome === 'success') this.#answered++;
    else this.#dropped++;
    this.#inFlight += inFlight;
    const ends = this.#answered + this.#dropped;
    const durationMs = endedAt - this.#startedAt;
    const dropShare = this.#dropped / ends;
    if (ends < leastEnds) return null;
    const full = ends >= 2 * this.#limit && durationMs >= leastMs;
    if (!full && dropShare <= toleratedDropShare) return null;
    return {
      limit: this.#limit,
      inFlight: this.#inFlight / ends,
      answered: this.#answered,
      durationMs,
      dropShare,
    };
  }

  /**
   * A lull is on its way, and its time would count as slowness: start again. Unless it is the upstream that keeps
   * the number low, by refusing at once.
   */
  #idle(endedAt: number, inFlight: number, outcome: SampleOutcome): Level | null {
    this.#idleEnds++;
    if (outcome === 'dropped') this.#idleDrops++;
    this.#restart(endedAt);
    const dropShare = this.#idleDrops / this.#idleEnds;
    if (this.#idleDrops < leastEnds || dropShare <= toleratedDropShare) return null;
    return { limit: this.#limit, inFlight, answered: 0, durationMs: leastMs, dropShare };
  }

  #restart(from: number): void {
    this.#from = from;
    this.#startedAt = Number.NaN;
    this.#answered = this.#dropped = this.#inFlight = 0;
  }
}
