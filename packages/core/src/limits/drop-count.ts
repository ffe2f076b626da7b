import { toleratedDropShare } from './aimd-step.ts';
import type { SampleOutcome } from './concurrency-limit.ts';

/** One refusal is the weather. */
const leastDrops = 2;
const [first, again] = [0.9, 0.75];
/** So many calls without more drops than are tolerated, and the next decrease is a small one. */
const calmCalls = 50;

/** What drops leave of a limit: one decrease for those that it caused, a larger one where that did not help. */
export class DropCount {
  #decreasedAt = -Infinity;
  #dropped = 0;
  #ended = 0;
  #inARow = 0;

  /** 1: as much as before. `weight`: what a drop counts for, up to 1. */
  add(startedAt: number, endedAt: number, outcome: SampleOutcome, weight = 1): number {
    // Those that began before the decrease are its cause, not its result.
    if (outcome === 'ignored' || startedAt < this.#decreasedAt) return 1;
    this.#ended++;
    if (outcome === 'dropped') this.#dropped += weight;
    if (this.#ended >= calmCalls) {
      this.#ended = this.#dropped = this.#inARow = 0;
      return 1;
    }
    const share = this.#dropped / Math.max(this.#ended, calmCalls);
    if (this.#dropped < leastDrops || share <= toleratedDropShare) return 1;
    this.#decreasedAt = endedAt;
    this.#ended = this.#dropped = 0;
    return this.#inARow++ === 0 ? first : again;
  }
}
