import type { Ticket } from '@spillway/core';
import type { Upstream } from './upstream.ts';

/** An upstream with the breaker's ticket for one attempt at it. */
export interface Pick {
  readonly upstream: Upstream;
  readonly ticket: Ticket;
}

/** The targets; an attempt goes to the least busy one whose breaker lets it. */
export class Upstreams {
  readonly all: readonly Upstream[];
  #turn = 0;

  constructor(all: readonly Upstream[]) {
    this.all = all;
  }

  /** Whether any breaker would let an attempt through now; takes nothing. */
  allow(): boolean {
    return this.all.some((upstream) => upstream.breaker.allows());
  }

  /**
   * As `allow`, once for a new request: a breaker that has closed a moment ago lets in only a part. The others
   * then make up for it.
   */
  admits(): boolean {
    return this.all.some((upstream) => upstream.breaker.refusal() === null);
  }

  /** Share of the new requests that `admits` lets in, where a breaker is closed; else 1: no ramp is on. */
  get rampShare(): number {
    const closed = this.all.filter(({ breaker }) => breaker.state.name === 'closed');
    if (closed.length === 0) return 1;
    return 1 - closed.reduce((refused, { breaker }) => refused * (1 - breaker.rampShare), 1);
  }

  /** Takes a breaker ticket that the caller settles; null when every breaker refuses. */
  pick(): Pick | null {
    const upstream = this.#leastBusy();
    if (upstream === null) return null;
    const ticket = upstream.breaker.acquire();
    return ticket === 0 ? null : { upstream, ticket };
  }

  /** Shortest time in ms until a breaker lets a probe through. */
  retryInMs(): number {
    return Math.min(...this.all.map((upstream) => upstream.breaker.retryInMs()));
  }

  close(): void {
    for (const upstream of this.all) upstream.pool.close();
  }

  /** Equals take turns, so that idle targets share the load. */
  #leastBusy(): Upstream | null {
    const { all } = this;
    this.#turn = (this.#turn + 1) % all.length;
    let best: Upstream | null = null;
    for (let i = 0; i < all.length; i++) {
      const upstream = all[(this.#turn + i) % all.length] as Upstream;
      if (!upstream.breaker.allows()) continue;
      if (best === null || upstream.active < best.active) best = upstream;
    }
    return best;
  }
}
