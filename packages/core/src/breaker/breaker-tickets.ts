import { type Lease, LeaseTable, maxLeases, slotOf } from '../lease-table.ts';

/** Permission for one attempt, to be settled once; 0: refused. */
export type Ticket = Lease;

/** Tickets that know which generation they are from. Allocates only to grow. */
export class BreakerTickets {
  readonly #leases = new LeaseTable(64);
  #issuedIn = new Float64Array(64);
  #generation = 0;

  /** 0 when there are as many out as there can be. */
  issue(): Ticket {
    if (this.#leases.held === this.#leases.capacity) this.#grow();
    const ticket = this.#leases.take();
    if (ticket !== 0) this.#issuedIn[slotOf(ticket)] = this.#generation;
    return ticket;
  }

  /** Held, and of this generation. */
  isCurrent(ticket: Ticket): boolean {
    return this.#leases.holds(ticket) && this.#issuedIn[slotOf(ticket)] === this.#generation;
  }

  /** False when it was given back before, or is of an older generation. */
  giveBack(ticket: Ticket): boolean {
    return this.#leases.giveBack(ticket) && this.#issuedIn[slotOf(ticket)] === this.#generation;
  }

  /** All that are out belong to an older generation from now on. */
  expireAll(): void {
    this.#generation++;
  }

  #grow(): void {
    const capacity = Math.min(this.#leases.capacity * 2, maxLeases);
    this.#leases.grow(capacity);
    const issuedIn = new Float64Array(capacity);
    issuedIn.set(this.#issuedIn);
    this.#issuedIn = issuedIn;
  }
}
