import type { Random } from '../time/time-source.ts';
import type { Balanced, Balancer, Tried } from './balanced.ts';
import { Candidates } from './candidates.ts';
import type { SlowStartOptions } from './slow-start.ts';
import { TwoChoices } from './two-choices.ts';
import { WeightedTurns } from './weighted-turns.ts';

/** Up to so many targets all are looked at: exact, and no dearer than chance. */
const mostScanned = 8;

/** The target with the fewest requests under way for its weight; equals take turns by weight. */
export class LeastInFlight<Target extends Balanced> implements Balancer<Target> {
  readonly #candidates: Candidates<Target>;
  readonly #turns: WeightedTurns;
  readonly #scores: Float64Array;
  readonly #twoChoices: TwoChoices<Target> | null;
  readonly #random: Random;

  constructor(targets: readonly Target[], options: SlowStartOptions, random: Random) {
    this.#candidates = new Candidates(targets, options);
    this.#turns = new WeightedTurns(targets.length);
    this.#scores = new Float64Array(targets.length);
    this.#twoChoices =
      targets.length > mostScanned ? new TwoChoices(targets, options, random) : null;
    this.#random = random;
  }

  pick(now: number, last: Tried<Target> | null): Target | null {
    // A retry has rules that need to see every target, and is rare.
    const quick = last === null && this.#twoChoices !== null ? this.#twoChoices.pick(now) : null;
    return quick ?? this.#leastOfAll(now, last);
  }

  #leastOfAll(now: number, last: Tried<Target> | null): Target | null {
    const candidates = this.#candidates;
    candidates.collect(now, last);
    const { targets, weights, count } = candidates;
    const scores = this.#scores;
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      const score = (targets[i] as Target).inFlight / (weights[i] as number);
      scores[i] = score;
      if (score < least) least = score;
    }
    if (candidates.ramping) {
      const starting = this.#rampingTurn(least);
      if (starting !== null) return starting;
      least = this.#leastOfWarm();
    }
    const chosen = this.#turns.next(candidates, scores, least);
    return chosen < 0 ? null : (targets[chosen] as Target);
  }

  /**
   * A target that has just come has nothing under way, and one that fails quickly has so all the time: being
   * the least busy would bring it every request. While it starts it gets no more than its share of the picks,
   * and of those only the ones for which it is not busier than the others.
   */
  #rampingTurn(least: number): Target | null {
    const { targets, weights, count, totalWeight } = this.#candidates;
    let drawn = this.#random() * totalWeight;
    for (let i = 0; i < count; i++) {
      drawn -= weights[i] as number;
      if (drawn >= 0) continue;
      const target = targets[i] as Target;
      return isRamping(target, weights[i] as number) && this.#scores[i] === least ? target : null;
    }
    return null;
  }

  /** The least score of those with their full weight; there is one always. The others are taken out. */
  #leastOfWarm(): number {
    const { targets, weights, count } = this.#candidates;
    let least = Infinity;
    for (let i = 0; i < count; i++) {
      if (isRamping(targets[i] as Target, weights[i] as number)) this.#scores[i] = NaN;
      else least = Math.min(least, this.#scores[i] as number);
    }
    return least;
  }
}

const isRamping = (target: Balanced, weight: number): boolean => weight < target.weight;
