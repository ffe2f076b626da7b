import type { PermitSource } from './permit-source.ts';

/** Who may bound the limit: the search or the configuration, and what the targets take by their own limits. */
export type LimitSide = 'tuner' | 'targets';

/** The one place that decides how many permits there are: the smallest of what each side allows. */
export class PermitLimit {
  readonly #permits: PermitSource;
  readonly #allowed: Record<LimitSide, number>;

  constructor(permits: PermitSource) {
    this.#permits = permits;
    this.#allowed = { tuner: permits.limit, targets: Infinity };
  }

  get inFlight(): number {
    return this.#permits.inFlight;
  }

  /** Infinity: it does not bound it. */
  allowedBy(side: LimitSide): number {
    return this.#allowed[side];
  }

  allow(side: LimitSide, limit: number): void {
    if (this.#allowed[side] === limit) return;
    this.#allowed[side] = limit;
    this.#permits.setLimit(Math.min(this.#allowed.tuner, this.#allowed.targets));
  }
}
