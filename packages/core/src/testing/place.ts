import { Waiter } from '../admission/wait-queue.ts';
import type { Lease } from '../lease-table.ts';

/** In the line, for simulations: calls back how that ends. */
export class Place extends Waiter {
  override readonly onGrant: (lease: Lease) => void;
  override readonly onRefuse: () => void;

  constructor(onGrant: (lease: Lease) => void, onRefuse: () => void) {
    super();
    this.onGrant = onGrant;
    this.onRefuse = onRefuse;
  }
}
