import type { Balanced } from './balanced.ts';
import type { Candidates } from './candidates.ts';

/**
 * Turns in proportion to weights, spread evenly: a a b a, not a a a b (the smooth weighted round robin of
 * nginx). Each candidate earns its weight, the richest is chosen and pays what all have earned.
 */
export class WeightedTurns {
  readonly #earned: Float64Array;

  constructor(targets: number) {
    this.#earned = new Float64Array(targets);
  }

  /** Index of the candidate whose turn it is, among those that `scores` has at `score` where it is given. */
  next(
    { places, weights, count }: Candidates<Balanced>,
    scores: Float64Array | null = null,
    score = 0,
  ): number {
    const earned = this.#earned;
    let chosen = -1;
    let total = 0;
    for (let i = 0; i < count; i++) {
      if (scores !== null && scores[i] !== score) continue;
      const weight = weights[i] as number;
      const place = places[i] as number;
      const now = (earned[place] as number) + weight;
      earned[place] = now;
      total += weight;
      if (chosen < 0 || now > (earned[places[chosen] as number] as number)) chosen = i;
    }
    if (chosen >= 0) earned[places[chosen] as number]! -= total;
    return chosen;
  }
}
