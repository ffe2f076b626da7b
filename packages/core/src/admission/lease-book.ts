import { type Lease, LeaseTable, slotOf } from '../lease-table.ts';
import type { Flow } from './flow.ts';

/** Leases with what the limiter has to know when one comes back; a column a field, so that nothing is allocated. */
export class LeaseBook {
  readonly #table: LeaseTable;
  readonly #flows: Flow[] = [];
  #priorities: Uint8Array;
  #takenAt: Float64Array;
  #charged: Float64Array;

  constructor(capacity: number) {
    this.#table = new LeaseTable(capacity);
    this.#priorities = new Uint8Array(capacity);
    this.#takenAt = new Float64Array(capacity);
    this.#charged = new Float64Array(capacity);
  }

  get held(): number {
    return this.#table.held;
  }

  /** A lease of which only the time is noted; -1 when it isn't measured. */
  takeNameless(takenAt: number): Lease {
    const lease = this.#table.take();
    this.#takenAt[slotOf(lease)] = takenAt;
    return lease;
  }

  /** Says whose all leases held now are. */
  nameAll(flow: Flow): void {
    for (let slot = 0; slot < this.#table.capacity; slot++) this.#flows[slot] = flow;
  }

  take(flow: Flow, priority: number, takenAt: number, charged: number): Lease {
    const lease = this.takeNameless(takenAt);
    const slot = slotOf(lease);
    this.#flows[slot] = flow;
    this.#priorities[slot] = priority;
    this.#charged[slot] = charged;
    return lease;
  }

  /** False when the lease is not held (any more). What was noted of it stays readable until the next `take`. */
  giveBack(lease: Lease): boolean {
    return this.#table.giveBack(lease);
  }

  /** The same permit under a new number: whoever holds the old one has it no more. 0 when it isn't held. */
  renew(lease: Lease): Lease {
    return this.#table.renew(lease);
  }

  /** The classes have other numbers from now on. */
  renumber(classOf: (priority: number) => number): void {
    this.#priorities = this.#priorities.map(classOf);
  }

  flowOf(lease: Lease): Flow {
    return this.#flows[slotOf(lease)]!;
  }

  priorityOf(lease: Lease): number {
    return this.#priorities[slotOf(lease)]!;
  }

  takenAt(lease: Lease): number {
    return this.#takenAt[slotOf(lease)]!;
  }

  chargedFor(lease: Lease): number {
    return this.#charged[slotOf(lease)]!;
  }

  grow(capacity: number): void {
    if (capacity <= this.#table.capacity) return;
    this.#table.grow(capacity);
    this.#priorities = grown(this.#priorities, new Uint8Array(capacity));
    this.#takenAt = grown(this.#takenAt, new Float64Array(capacity));
    this.#charged = grown(this.#charged, new Float64Array(capacity));
  }
}

const grown = <T extends Uint8Array | Float64Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
