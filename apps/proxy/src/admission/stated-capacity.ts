/** As `max_concurrency` or in its field: digits, and no more than anybody means. */
const wholeNumber = /^\d{1,9}$/;

/** An upstream that does not repeat what it stated is believed for so long. */
export const believedMs = 30_000;

/**
 * What each upstream says that it takes at once, by its latest word (`--capacity-header`, `--capacity-path`).
 * All together take the sum; those that say nothing don't count.
 */
export class StatedCapacity<Upstream extends object> {
  readonly #latest = new Map<Upstream, { capacity: number; at: number }>();
  readonly #now: () => number;
  readonly #onTotal: (total: number | null) => void;

  constructor(now: () => number, onTotal: (total: number | null) => void) {
    this.#now = now;
    this.#onTotal = onTotal;
  }

  /** An upstream was heard; `word` as it came, or undefined where it said nothing. */
  hear(upstream: Upstream, word: string | undefined): void {
    const before = this.#latest.get(upstream);
    const text = word?.trim() ?? '';
    if (wholeNumber.test(text))
      this.#latest.set(upstream, { capacity: Number(text), at: this.#now() });
    else if (before === undefined || this.#now() - before.at < believedMs) return;
    else this.#latest.delete(upstream);
    if (before?.capacity !== this.#latest.get(upstream)?.capacity) this.#onTotal(this.total);
  }

  /** Null: none of them states it. */
  get total(): number | null {
    if (this.#latest.size === 0) return null;
    return [...this.#latest.values()].reduce((sum, { capacity }) => sum + capacity, 0);
  }
}
