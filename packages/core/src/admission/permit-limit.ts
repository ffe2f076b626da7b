import type { PermitSource } from './permit-source.ts';

/**
 * Who may bound the limit: the search or the configuration, what the targets take by their own limits, and what other
 * processes that share it leave over for a while.
 */
export type LimitSide = 'tuner' | 'targets' | 'share';

/** The one place that decides how many permits there are: the smallest of what each side allows. */
export class PermitLimit {
  readonly #permits: PermitSource;
  readonly #allowed: Record<LimitSide, number>;

  constructor(permits: PermitSource) {
    this.#permits = permits;
    this.#allowed = { tuner: permits.limit, targets: Infinity, share: Infinity };
  }

  get inFlight(): number {
    return this.#permits.inFlight;
  }

  /** What it is once nobody else has a share of it. */
  get whole(): number {
    return Math.min(this.#allowed.tuner, this.#allowed.targets);
  }

  /** Infinity: it does not bound it. */
  allowedBy(side: LimitSide): number {
    return this.#allowed[side];
  }

  allow(side: LimitSide, limit: number): void {
    if (this.#allowed[side] === limit) return;
    this.#allowed[side] = limit;
    const { whole } = this;
    this.#permits.setLimit(Math.min(whole, this.#allowed.share), whole);
  }
}
