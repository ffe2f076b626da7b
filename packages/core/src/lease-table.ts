import { requireWhole } from './check-number.ts';

/**
 * Proof of something taken; 0 is none. Packs a slot (16 bits) and the slot's generation (15 bits), so
 * that giving back twice, or giving back what was revoked, is noticed. 31 bits: V8 keeps that unboxed.
 */
export type Lease = number;

/** More than one address has ports for connections to one upstream. */
export const maxLeases = 2 ** 16 - 1;

const maxGeneration = 2 ** 15 - 1;
const noSlot = -1;
const held = -2;

/** Slots on a free list. Taking and giving back allocate nothing; growing does. */
export class LeaseTable {
  #generations: Uint16Array;
  /** For a free slot the next free one; else `held`. */
  #links: Int32Array;
  #firstFree = noSlot;
  /** Slots from here on were never used. */
  #fresh = 0;
  #held = 0;

  constructor(capacity: number) {
    requireWhole('capacity', capacity, 0, maxLeases);
    this.#generations = new Uint16Array(capacity);
    this.#links = new Int32Array(capacity);
  }

  get held(): number {
    return this.#held;
  }

  get capacity(): number {
    return this.#links.length;
  }

  /** 0 when all slots are taken. */
  take(): Lease {
    let slot = this.#firstFree;
    if (slot !== noSlot) this.#firstFree = this.#links[slot]!;
    else if (this.#fresh < this.#links.length) slot = this.#fresh++;
    else return 0;
    const generation = (this.#generations[slot]! % maxGeneration) + 1;
    this.#generations[slot] = generation;
    this.#links[slot] = held;
    this.#held++;
    return (slot << 15) | generation;
  }

  /** False when the lease is not held (any more): nothing was changed. */
  giveBack(lease: Lease): boolean {
    if (!this.holds(lease)) return false;
    const slot = slotOf(lease);
    this.#links[slot] = this.#firstFree;
    this.#firstFree = slot;
    this.#held--;
    return true;
  }

  /** The same slot under a new number, so that the old one is held no more. 0 when it isn't held. */
  renew(lease: Lease): Lease {
    if (!this.holds(lease)) return 0;
    const slot = slotOf(lease);
    const generation = ((lease & maxGeneration) % maxGeneration) + 1;
    this.#generations[slot] = generation;
    return (slot << 15) | generation;
  }

  holds(lease: Lease): boolean {
    const slot = slotOf(lease);
    return this.#links[slot] === held && this.#generations[slot] === (lease & maxGeneration);
  }

  /** Adds slots up to `capacity`; never takes any away. */
  grow(capacity: number): void {
    requireWhole('capacity', capacity, 0, maxLeases);
    if (capacity <= this.capacity) return;
    const generations = new Uint16Array(capacity);
    const links = new Int32Array(capacity);
    generations.set(this.#generations);
    links.set(this.#links);
    this.#generations = generations;
    this.#links = links;
  }
}

/** Index of the lease's slot, below the capacity of its table. */
export const slotOf = (lease: Lease): number => lease >>> 15;
