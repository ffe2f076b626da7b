/** As `max_concurrency` or in its field: digits, and no more than anybody means. */
const wholeNumber = /^\d{1,9}$/;

/** An upstream that does not repeat what it stated is believed for so long. */
export const believedMs = 30_000;

/** One that may state what it takes at once; Infinity where it does not. */
export interface MayState {
  statedCapacity: number;
}

/**
 * What each upstream says that it takes at once, by its latest word (`--capacity-header`, `--capacity-path`).
 * All together take the sum; those that say nothing, or are not heard of any more, don't count.
 */
export class StatedCapacity<Upstream extends MayState> {
  readonly #heardAt = new Map<Upstream, number>();
  readonly #now: () => number;
  readonly #onTotal: (total: number | null) => void;
  #told: number | null = null;

  constructor(now: () => number, onTotal: (total: number | null) => void) {
    this.#now = now;
    this.#onTotal = onTotal;
  }

  /** An upstream was heard; `word` as it came, or undefined where it said nothing. */
  hear(upstream: Upstream, word: string | undefined): void {
    const now = this.#now();
    const text = word?.trim() ?? '';
    if (wholeNumber.test(text)) {
      upstream.statedCapacity = Number(text);
      this.#heardAt.set(upstream, now);
    }
    this.#forget(now);
    this.#tell();
  }

  /** What the others stated doesn't count any more: they are gone, or are no longer asked. */
  keepOnly(upstreams: readonly Upstream[]): void {
    for (const upstream of this.#heardAt.keys()) {
      if (upstreams.includes(upstream)) continue;
      upstream.statedCapacity = Number.POSITIVE_INFINITY;
      this.#heardAt.delete(upstream);
    }
    this.#tell();
  }

  #tell(): void {
    const { total } = this;
    if (total === this.#told) return;
    this.#told = total;
    this.#onTotal(total);
  }

  /** Null: none of them states it. */
  get total(): number | null {
    if (this.#heardAt.size === 0) return null;
    let sum = 0;
    for (const { statedCapacity } of this.#heardAt.keys()) sum += statedCapacity;
    return sum;
  }

  /** Also those that are not heard of any more: what is down takes nothing. */
  #forget(now: number): void {
    for (const [upstream, at] of this.#heardAt) {
      if (now - at < believedMs) continue;
      upstream.statedCapacity = Number.POSITIVE_INFINITY;
      this.#heardAt.delete(upstream);
    }
  }
}
