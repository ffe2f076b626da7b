import type { CallOrder } from './call-order.ts';
import { LogNormalFit, type ServiceFits } from './service-fits.ts';

/** What one call can say against a candidate at most, in natural logarithms of likelihood. */
const mostPerCall = 4;
/** Nothing is surer than this: a change must not take for ever to be believed. */
const mostSure = 12;
/** Calls in flight are looked at after each sixteenth part of them has ended. */
const looks = 16;

/**
 * Which number of slots explains best when calls are answered. Each candidate says when each call got its slot, and so how
 * long its service took. With the true number these times are all drawn alike. With fewer, calls are answered before they got
 * a slot; with more, the times contain what the calls waited, and grow with the number in flight. The candidates are compared
 * by likelihood, predicted from the calls before (Dawid's prequential likelihood, 1984), with those in service counted as
 * longer than they have lasted.
 */
export class SlotEvidence {
  readonly #order: CallOrder;
  readonly #fits: ServiceFits;
  readonly #score: Float64Array;
  /** Part of the score that needs no distribution: calls answered too early. */
  readonly #proof: Float64Array;
  /** Since the last look: of calls answered, less what the calls in service said before. */
  readonly #gain: Float64Array;
  readonly #tooEarly: Float64Array;
  #calls = 0;

  constructor(order: CallOrder) {
    this.#order = order;
    const { length } = order.slots;
    this.#fits = new LogNormalFit(length);
    this.#score = new Float64Array(length);
    this.#proof = new Float64Array(length);
    this.#gain = new Float64Array(length);
    this.#tooEarly = new Float64Array(length);
  }

  /** Logarithm of the likelihood, 0 for the best. */
  scoreOf(candidate: number): number {
    return this.#score[candidate]!;
  }

  /** 0, or below it the more calls were answered before they could have been served. */
  proofAgainst(candidate: number): number {
    return this.#proof[candidate]!;
  }

  /** Standard deviation of the logarithm of service times. */
  spreadOf(candidate: number): number {
    return this.#fits.spread(candidate);
  }

  /** Of service times. */
  medianMs(candidate: number): number {
    return this.#fits.medianMs(candidate);
  }

  /** The call of that rank is answered. `memory`: so many calls count. True when the scores are new. */
  add(rank: number, now: number, memory: number): boolean {
    const gains = this.#gain;
    const first = this.#calls === 0;
    let best = -Infinity;
    for (let i = 0; i < gains.length; i++) {
      if (first) gains[i] = -this.#fits.survival(i);
      const tookMs = now - this.#order.servedFrom(rank, i);
      if (!(tookMs >= 0)) continue;
      const density = this.#fits.add(i, tookMs);
      gains[i]! += density;
      if (density > best) best = density;
    }
    for (let i = 0; i < gains.length; i++) {
      if (now - this.#order.servedFrom(rank, i) >= 0) continue;
      gains[i]! += best;
      this.#tooEarly[i]!++;
    }
    this.#order.settle(rank);
    this.#calls++;
    if (this.#calls * looks < this.#order.size) return false;
    this.#look(now, memory);
    return true;
  }

  /** What speaks against more than a candidate was acted on: from now on it counts for no more than this. */
  soften(candidate: number, most: number): void {
    for (let i = candidate + 1; i < this.#score.length; i++) {
      this.#score[i] = Math.max(-most, this.#score[i]!);
    }
  }

  #look(now: number, memory: number): void {
    const { slots, size } = this.#order;
    const gains = this.#gain;
    let best = -Infinity;
    for (let i = 0; i < slots.length; i++) {
      const asBefore = i > 0 && slots[i - 1]! >= size;
      gains[i]! += this.#fits.look(i, this.#order, now, asBefore);
      if (this.#tooEarly[i] === 0 && gains[i]! > best) best = gains[i]!;
    }
    const kept = (1 - 1 / memory) ** this.#calls;
    const least = -mostPerCall * this.#calls;
    let top = -Infinity;
    let topAt = 0;
    for (let i = 0; i < slots.length; i++) {
      const early = mostPerCall * this.#tooEarly[i]!;
      this.#score[i] =
        kept * this.#score[i]! + Math.max(least, Math.min(0, gains[i]! - best) - early);
      this.#proof[i] = Math.max(-mostSure, kept * this.#proof[i]! - early);
      this.#tooEarly[i] = 0;
      if (this.#score[i]! <= top) continue;
      top = this.#score[i]!;
      topAt = i;
    }
    for (let i = 0; i < slots.length; i++) {
      this.#score[i]! -= top;
      if (this.#score[i]! > -mostSure) continue;
      this.#score[i] = -mostSure;
      // What it has learned of service times does not hold: it follows the one that does.
      this.#fits.copy(topAt, i);
    }
    this.#calls = 0;
  }
}
