import { requireAtLeast } from '../check-number.ts';
import type { Random } from '../time/time-source.ts';
import type { Balanced, Balancer, Tried } from './balanced.ts';
import { Candidates } from './candidates.ts';
import { LeastInFlight } from './least-in-flight.ts';
import type { SlowStartOptions } from './slow-start.ts';

/**
 * A target with fewer under way is never too busy for its keys. While little is going on the bound would be one
 * or two, and the six requests that a browser sends together would tear a session apart.
 */
const neverTooMany = 6;

export interface RendezvousHashOptions extends SlowStartOptions {
  /**
   * A target takes at most this many times its share of what is under way; beyond that its keys go to their
   * next one. At least 1; Infinity: a key stays where it belongs however busy that is.
   */
  readonly hashLoadFactor: number;
}

/**
 * Keeps what has one key at one target. Each target draws a number for each key, and the best one wins (highest
 * random weight, Thaler and Ravishankar 1998; with weights, Schindelhauer and Schomaker 2005): a target that
 * comes, goes or is full moves no key but its own, and proxies that know nothing of each other agree. Loads are
 * bounded as in Mirrokni, Thorup and Zadimoghaddam 2016, so that one popular key can't drown its target.
 */
export class RendezvousHash<Target extends Balanced> implements Balancer<Target> {
  readonly #candidates: Candidates<Target>;
  readonly #seeds: Int32Array;
  readonly #loadFactor: number;
  /** For what has no key. */
  readonly #keyless: LeastInFlight<Target>;

  constructor(targets: readonly Target[], options: RendezvousHashOptions, random: Random) {
    this.#loadFactor = requireAtLeast('hashLoadFactor', options.hashLoadFactor, 1);
    this.#candidates = new Candidates(targets, options);
    this.#seeds = Int32Array.from(targets, ({ name }) => hashOf(name));
    this.#keyless = new LeastInFlight(targets, options, random);
  }

  pick(now: number, last: Tried<Target> | null, key: string | null): Target | null {
    if (key === null) return this.#keyless.pick(now, last);
    const candidates = this.#candidates;
    candidates.collect(now, last);
    const { targets, places, weights, count, totalWeight } = candidates;
    let load = 1;
    for (let i = 0; i < count; i++) load += (targets[i] as Target).inFlight;
    const mostPerWeight = (this.#loadFactor * load) / totalWeight;

    const hash = hashOf(key);
    let best: Target | null = null;
    let shortest = Infinity;
    for (let i = 0; i < count; i++) {
      const target = targets[i] as Target;
      const weight = weights[i] as number;
      // All bounds together are above the load: one target at least is below its own.
      const most = Math.max(neverTooMany, Math.ceil(mostPerWeight * weight));
      if (target.inFlight >= most) continue;
      const seed = this.#seeds[places[i] as number] as number;
      // Exponential with the weight as its rate: the chance to be the shortest is in proportion to it.
      const drawn = -Math.log((mixed(hash ^ seed) + 0.5) / 2 ** 32) / weight;
      if (drawn >= shortest) continue;
      shortest = drawn;
      best = target;
    }
    return best;
  }
}

/** FNV-1a: short, and needs no allocation. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/** Each bit of the result depends on all (the finalizer of MurmurHash3). */
function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
