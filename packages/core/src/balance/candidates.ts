import { requireAtLeast } from '../check-number.ts';
import { type Balanced, hasRoom, type Tried } from './balanced.ts';
import { checkSlowStart, rampAt, type SlowStartOptions } from './slow-start.ts';

/** More attempts than any request makes. */
const mostAttempts = 2 ** 20;

/**
 * The targets among which a balancer chooses for one attempt. It is filled anew for each, in place: a pick
 * allocates nothing.
 */
export class Candidates<Target extends Balanced> {
  readonly all: readonly Target[];
  /** The first `count` are valid, here and in what follows. */
  readonly targets: Target[];
  /** Where each stands in `all`. */
  readonly places: Int32Array;
  /** The weight of each, lowered while it starts slowly. */
  readonly weights: Float64Array;
  count = 0;
  totalWeight = 0;
  /** Whether any weight is lowered. */
  ramping = false;
  readonly #slowStart: SlowStartOptions;

  constructor(all: readonly Target[], slowStart: SlowStartOptions) {
    for (const { name, weight } of all) {
      requireAtLeast(`weight of ${name}`, weight, Number.MIN_VALUE);
      requireAtLeast(`1 / weight of ${name}`, 1 / weight, Number.MIN_VALUE);
    }
    checkSlowStart(slowStart);
    this.all = all;
    this.#slowStart = slowStart;
    this.targets = [...all];
    this.places = new Int32Array(all.length);
    this.weights = new Float64Array(all.length);
  }

  /** Those with room that the rules common to all balancers put first. */
  collect(now: number, last: Tried<Target> | null): void {
    const { all } = this;
    let best = -1;
    this.count = 0;
    for (let place = 0; place < all.length; place++) {
      const target = all[place] as Target;
      if (!hasRoom(target)) continue;
      const rank = rankOf(target, last);
      if (rank < best) continue;
      if (rank > best) this.count = 0;
      best = rank;
      this.targets[this.count] = target;
      this.places[this.count++] = place;
    }
    this.#weigh(now);
  }

  /**
   * Relative to the one that is furthest: where all have just come there is nobody to spare them, and each has
   * its full weight.
   */
  #weigh(now: number): void {
    const { targets, weights, count } = this;
    let furthest = 0;
    let nearest = 1;
    for (let i = 0; i < count; i++) {
      const ramp = rampAt(this.#slowStart, now - (targets[i] as Target).upSince);
      weights[i] = ramp;
      if (ramp > furthest) furthest = ramp;
      if (ramp < nearest) nearest = ramp;
    }
    this.ramping = nearest < furthest;
    this.totalWeight = 0;
    for (let i = 0; i < count; i++) {
      // In this order: the furthest one gets its weight exactly.
      const weight = (targets[i] as Target).weight * ((weights[i] as number) / furthest);
      weights[i] = weight;
      this.totalWeight += weight;
    }
  }
}

/**
 * What has just failed is the least busy for that very reason: a retry goes where it was longest ago, to one
 * that has a connection for it if there is any. One that is full comes last.
 */
function rankOf(target: Balanced, last: Tried<Balanced> | null): number {
  const roomy = target.full ? 0 : 1;
  if (last === null) return roomy;
  const connected = target.hasConnection ? 2 * mostAttempts : 0;
  return connected + 2 * attemptsSince(target, last) + roomy;
}

/** How many attempts were made since one at this target; all of them when none was. */
function attemptsSince(target: Balanced, last: Tried<Balanced>): number {
  let count = 0;
  for (let tried: Tried<Balanced> | null = last; tried !== null; tried = tried.previous) {
    if (tried.target === target || count === mostAttempts - 1) break;
    count += 1;
  }
  return count;
}
