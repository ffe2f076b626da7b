import type { Random } from '../time/time-source.ts';
import { type Balanced, hasRoom } from './balanced.ts';
import { rampAt, type SlowStartOptions } from './slow-start.ts';

/** How often it draws in vain before it gives up: then most targets can't be used. */
const mostDraws = 8;

/**
 * The less busy of two targets drawn by weight: nearly as even as the least busy of all (Mitzenmacher 2001), at
 * the same cost for 10 targets as for 1,000, and proxies that see the same targets don't all run to the same one.
 */
export class TwoChoices<Target extends Balanced> {
  readonly #targets: readonly Target[];
  readonly #slowStart: SlowStartOptions;
  readonly #random: Random;
  /** The weights of the targets up to each, added up. */
  readonly #sums: Float64Array;

  constructor(targets: readonly Target[], slowStart: SlowStartOptions, random: Random) {
    this.#targets = targets;
    this.#slowStart = slowStart;
    this.#random = random;
    this.#sums = new Float64Array(targets.length);
    let sum = 0;
    targets.forEach(({ weight }, i) => {
      sum += weight;
      this.#sums[i] = sum;
    });
  }

  /** Null: chance met too few that have room. */
  pick(now: number): Target | null {
    let one: Target | null = null;
    for (let draws = 0; draws < mostDraws; draws++) {
      const target = this.#draw();
      if (target === one || target.full || !this.#takesPart(target, now)) continue;
      if (!hasRoom(target)) continue;
      if (one !== null) return isLessBusy(target, one) ? target : one;
      one = target;
    }
    return one;
  }

  /** One that starts slowly is passed over as often as it lacks weight. */
  #takesPart(target: Target, now: number): boolean {
    const ramp = rampAt(this.#slowStart, now - target.upSince);
    return ramp === 1 || this.#random() < ramp;
  }

  #draw(): Target {
    const sums = this.#sums;
    const drawn = this.#random() * (sums[sums.length - 1] as number);
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > drawn) high = middle;
      else low = middle + 1;
    }
    return this.#targets[low] as Target;
  }
}

const isLessBusy = (one: Balanced, other: Balanced): boolean =>
  one.inFlight * other.weight < other.inFlight * one.weight;
