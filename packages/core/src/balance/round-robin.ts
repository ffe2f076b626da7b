import type { Balanced, Balancer, Tried } from './balanced.ts';
import { Candidates } from './candidates.ts';
import type { SlowStartOptions } from './slow-start.ts';
import { WeightedTurns } from './weighted-turns.ts';

/** Each target in its turn, as often as its weight says, however busy it is. */
export class RoundRobin<Target extends Balanced> implements Balancer<Target> {
  readonly #candidates: Candidates<Target>;
  readonly #turns: WeightedTurns;

  constructor(targets: readonly Target[], options: SlowStartOptions) {
    this.#candidates = new Candidates(targets, options);
    this.#turns = new WeightedTurns(targets.length);
  }

  pick(now: number, last: Tried<Target> | null): Target | null {
    const candidates = this.#candidates;
    candidates.collect(now, last);
    const chosen = this.#turns.next(candidates);
    return chosen < 0 ? null : (candidates.targets[chosen] as Target);
  }
}
