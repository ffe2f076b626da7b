import { requireWhole } from '../check-number.ts';
import { maxLeases } from '../lease-table.ts';
import type { ConcurrencyLimit, LimitChange } from './concurrency-limit.ts';
import { MovingLimit } from './moving-limit.ts';

/** A limit set by hand that only what the upstream states can lower. */
export class StatedLimit implements ConcurrencyLimit {
  readonly #ceiling: number;
  readonly #shown: MovingLimit;

  constructor(ceiling: number) {
    this.#ceiling = requireWhole('ceiling', ceiling, 1, maxLeases);
    this.#shown = new MovingLimit(ceiling);
  }

  get limit(): number {
    return this.#shown.value;
  }

  get lastChange(): LimitChange | null {
    return this.#shown.lastChange;
  }

  onSample(): boolean {
    return false;
  }

  /** One is left always: with nothing in flight it would not hear that it may have more. */
  onStatedCapacity(capacity: number | null, now: number): boolean {
    const limit = Math.max(1, Math.min(this.#ceiling, capacity ?? this.#ceiling));
    return this.#shown.moveTo(limit, 'stated', now);
  }
}
