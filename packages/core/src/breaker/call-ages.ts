const none = -1;
const [unknown, ageing, answered, slow] = [0, 1, 2, 3];

/**
 * Calls under way in the order of their start, by slot. As all become slow at the same age, the oldest is
 * the next one: looking is O(1) whenever somebody asks, without a timer a call. Allocates only to grow.
 */
export class CallAges {
  #startedAt = new Float64Array(64);
  #previous = new Int32Array(64);
  #next = new Int32Array(64);
  #mark = new Uint8Array(64);
  #oldest = none;
  #newest = none;

  start(slot: number, now: number): void {
    if (slot >= this.#mark.length) this.#grow(slot + 1);
    this.#leave(slot);
    this.#startedAt[slot] = now;
    this.#mark[slot] = ageing;
    this.#previous[slot] = this.#newest;
    this.#next[slot] = none;
    if (this.#newest === none) this.#oldest = slot;
    else this.#next[this.#newest] = slot;
    this.#newest = slot;
  }

  /** The call ages no further. */
  answer(slot: number): void {
    if (this.#leave(slot)) this.#mark[slot] = answered;
  }

  /** Marks the oldest call as slow if it started at or before `instant`; false when there is none. */
  takeStartedBy(instant: number): boolean {
    const slot = this.#oldest;
    if (slot === none || this.#startedAt[slot]! > instant) return false;
    this.#leave(slot);
    this.#mark[slot] = slow;
    return true;
  }

  /** Whether it was slow, or has become so unnoticed. */
  end(slot: number, slowIfStartedBy: number): boolean {
    const mark = this.#mark[slot] ?? unknown;
    this.#leave(slot);
    if (slot < this.#mark.length) this.#mark[slot] = unknown;
    return mark === slow || (mark === ageing && this.#startedAt[slot]! <= slowIfStartedBy);
  }

  clear(): void {
    this.#mark.fill(unknown);
    this.#oldest = this.#newest = none;
  }

  #leave(slot: number): boolean {
    if (this.#mark[slot] !== ageing) return false;
    const [previous, next] = [this.#previous[slot]!, this.#next[slot]!];
    if (previous === none) this.#oldest = next;
    else this.#next[previous] = next;
    if (next === none) this.#newest = previous;
    else this.#previous[next] = previous;
    this.#mark[slot] = unknown;
    return true;
  }

  #grow(slots: number): void {
    const capacity = Math.max(slots, this.#mark.length * 2);
    const [startedAt, previous, next, mark] = [
      new Float64Array(capacity),
      new Int32Array(capacity),
      new Int32Array(capacity),
      new Uint8Array(capacity),
    ];
    startedAt.set(this.#startedAt);
    previous.set(this.#previous);
    next.set(this.#next);
    mark.set(this.#mark);
    [this.#startedAt, this.#previous, this.#next, this.#mark] = [startedAt, previous, next, mark];
  }
}
