import { requireWhole } from '../check-number.ts';
import { maxLeases } from '../lease-table.ts';
import type { ConcurrencyLimit, LimitChange } from './concurrency-limit.ts';

/** A limit set by hand that only what the upstream states can lower. */
export class StatedLimit implements ConcurrencyLimit {
  readonly #ceiling: number;
  #limit: number;
  #lastChange: LimitChange | null = null;

  constructor(ceiling: number) {
    this.#ceiling = this.#limit = requireWhole('ceiling', ceiling, 1, maxLeases);
  }

  get limit(): number {
    return this.#limit;
  }

  get lastChange(): LimitChange | null {
    return this.#lastChange;
  }

  onSample(): boolean {
    return false;
  }

  /** One is left always: with nothing in flight it would not hear that it may have more. */
  onStatedCapacity(capacity: number | null, now: number): boolean {
    const [from, to] = [
      this.#limit,
      Math.max(1, Math.min(this.#ceiling, capacity ?? this.#ceiling)),
    ];
    if (to === from) return false;
    this.#limit = to;
    this.#lastChange = { from, to, reason: 'stated', at: now };
    return true;
  }
}
