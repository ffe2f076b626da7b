/** Each number of slots up to 10 is told apart, then steps of 9 %. */
const finestTo = 10;
const step = 1.09;

/** Candidates for a number of slots: ascending, up to `most`. */
export function slotNumbers(most: number): Float64Array {
  const numbers: number[] = [];
  for (let n = 1; n < most; n = n < finestTo ? n + 1 : Math.ceil(n * step)) numbers.push(n);
  return Float64Array.from([...numbers, most]);
}

/**
 * The calls at the backend in the order in which they went there and, for each candidate number of slots, when each call
 * got one of them: as soon as fewer calls than that were left before it. That supposes a backend that serves in the order
 * of arrival. Allocates only to grow.
 */
export class CallOrder {
  /** Ascending. */
  readonly slots: Float64Array;
  #capacity = 64;
  /** A row for each place of storage, a column for each candidate, ms: NaN while the call waits. */
  #servedFrom: Float64Array;
  /** By place of storage: its response has begun, or nobody waits for it any more. */
  #settled = new Uint8Array(this.#capacity);
  /** Places of storage, the oldest call first. */
  #order = new Int32Array(this.#capacity);
  #free = Int32Array.from({ length: this.#capacity }, (_, place) => place);
  #size = 0;
  /** Calls that nobody waits for, and until when the backend is thought to go on with them. */
  readonly #held: { readonly call: number; readonly until: number }[] = [];

  constructor(slots: Float64Array) {
    this.slots = slots;
    this.#servedFrom = new Float64Array(this.#capacity * slots.length);
  }

  get size(): number {
    return this.#size;
  }

  /** Returns the call's name for as long as it is here: a number from 0. */
  add(now: number): number {
    this.sweep(now);
    if (this.#size === this.#capacity) this.#grow();
    const place = this.#free[this.#size]!;
    this.#order[this.#size] = place;
    this.#size++;
    this.#settled[place] = 0;
    const { slots } = this;
    const row = place * slots.length;
    for (let i = 0; i < slots.length; i++) {
      this.#servedFrom[row + i] = slots[i]! >= this.#size ? now : Number.NaN;
    }
    return place;
  }

  /** 1: the oldest; 0: not here. */
  rankOf(call: number): number {
    const order = this.#order;
    for (let i = 0; i < this.#size; i++) if (order[i] === call) return i + 1;
    return 0;
  }

  /** When the call of that rank got a slot, ms, if there are `slots[candidate]`; NaN: it still waits. */
  servedFrom(rank: number, candidate: number): number {
    return this.#servedFrom[this.#order[rank - 1]! * this.slots.length + candidate]!;
  }

  /** Nothing more is to be learned from when it ends. */
  settle(rank: number): void {
    this.#settled[this.#order[rank - 1]!] = 1;
  }

  isSettled(rank: number): boolean {
    return this.#settled[this.#order[rank - 1]!] === 1;
  }

  /** The call of that rank has left; those behind it move up. */
  remove(rank: number, now: number): void {
    const order = this.#order;
    const place = order[rank - 1]!;
    order.copyWithin(rank - 1, rank, this.#size);
    this.#size--;
    this.#free[this.#size] = place;
    const { slots } = this;
    for (let i = 0; i < slots.length; i++) {
      const number = slots[i]!;
      if (number > this.#size) return;
      if (number >= rank) this.#servedFrom[order[number - 1]! * slots.length + i] = now;
    }
  }

  removeCall(call: number, now: number): void {
    const rank = this.rankOf(call);
    if (rank > 0) this.remove(rank, now);
  }

  /** Its client has left, and the backend may work on: it is here until then. */
  hold(call: number, until: number): void {
    const rank = this.rankOf(call);
    if (rank === 0) return;
    this.settle(rank);
    this.#held.push({ call, until });
  }

  /** Lets those go that were held until now. */
  sweep(now: number): void {
    for (let i = this.#held.length - 1; i >= 0; i--) {
      const { call, until } = this.#held[i]!;
      if (until > now) continue;
      this.#held.splice(i, 1);
      this.removeCall(call, until);
    }
  }

  #grow(): void {
    const from = this.#capacity;
    this.#capacity = 2 * from;
    const served = new Float64Array(this.#capacity * this.slots.length);
    this.#servedFrom = copied(this.#servedFrom, served);
    this.#settled = copied(this.#settled, new Uint8Array(this.#capacity));
    this.#order = copied(this.#order, new Int32Array(this.#capacity));
    this.#free = copied(this.#free, new Int32Array(this.#capacity));
    for (let place = from; place < this.#capacity; place++) this.#free[place] = place;
  }
}

const copied = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
