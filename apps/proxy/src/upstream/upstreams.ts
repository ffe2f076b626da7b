import type { Breakers, Ticket } from '@spillway/core';
import type { Upstream } from './upstream.ts';

/** An upstream with the breaker's ticket for one attempt at it. */
export interface Pick {
  readonly upstream: Upstream;
  readonly ticket: Ticket;
}

/** An attempt that a request has made; `previous` leads to the ones before it. */
export interface Tried {
  readonly upstream: Upstream;
  readonly previous: Tried | null;
}

/** The targets; an attempt goes to the least busy one whose breaker lets it, a further one elsewhere. */
export class Upstreams implements Breakers {
  all: readonly Upstream[];
  #turn = 0;

  constructor(all: readonly Upstream[]) {
    this.all = all;
  }

  /** Whether any breaker would let an attempt through now; takes nothing. */
  allow(): boolean {
    return this.all.some(({ drained, breaker }) => !drained && breaker.allows());
  }

  /**
   * As `allow`, once for a new request: a breaker that has closed a moment ago lets in only a part. The others
   * then make up for it.
   */
  admits(): boolean {
    return this.all.some(({ drained, breaker }) => !drained && breaker.refusal() === null);
  }

  /** Share of the new requests that `admits` lets in, where a breaker is closed; else 1: no ramp is on. */
  get rampShare(): number {
    const closed = this.all.filter(({ breaker }) => breaker.state.name === 'closed');
    if (closed.length === 0) return 1;
    return 1 - closed.reduce((refused, { breaker }) => refused * (1 - breaker.rampShare), 1);
  }

  /**
   * Takes a breaker ticket that the caller settles; null when every breaker refuses. `last`: the attempt
   * that this one follows.
   */
  pick(last: Tried | null = null): Pick | null {
    const upstream = this.#best(last);
    if (upstream === null) return null;
    const ticket = upstream.breaker.acquire();
    return ticket === 0 ? null : { upstream, ticket };
  }

  /** Shortest time in ms until a breaker lets a probe through. */
  retryInMs(): number {
    return Math.min(...this.all.map((upstream) => upstream.breaker.retryInMs()));
  }

  /** Opens the breakers whose calls have become slow. Every question does so: only needed when nobody asks. */
  check(): void {
    for (const { breaker } of this.all) breaker.check();
  }

  close(): void {
    for (const upstream of this.all) upstream.pool.close();
  }

  /** Equals take turns, so that idle targets share the load. */
  #best(last: Tried | null): Upstream | null {
    const { all } = this;
    this.#turn = (this.#turn + 1) % all.length;
    let best: Upstream | null = null;
    for (let i = 0; i < all.length; i++) {
      const upstream = all[(this.#turn + i) % all.length] as Upstream;
      if (upstream.drained || !upstream.breaker.allows()) continue;
      if (best === null || isBetter(upstream, best, last)) best = upstream;
    }
    return best;
  }
}

/** What has just failed is the least busy for that very reason: a retry goes where it was longest ago. */
function isBetter(one: Upstream, other: Upstream, last: Tried | null): boolean {
  if (last !== null) {
    if (one.pool.hasPlace !== other.pool.hasPlace) return one.pool.hasPlace;
    const attempts = attemptsSince(one, last) - attemptsSince(other, last);
    if (attempts !== 0) return attempts > 0;
  }
  if (one.full !== other.full) return other.full;
  return one.active < other.active;
}

/** How many attempts were made since one at this target; all of them when none was. */
function attemptsSince(upstream: Upstream, last: Tried): number {
  let count = 0;
  for (let tried: Tried | null = last; tried !== null; tried = tried.previous) {
    if (tried.upstream === upstream) break;
    count += 1;
  }
  return count;
}
