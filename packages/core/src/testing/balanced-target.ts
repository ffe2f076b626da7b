import type { Balanced } from '../balance/balanced.ts';

/** A target as a test or simulation sets it. */
export class BalancedTarget implements Balanced {
  readonly name: string;
  weight = 1;
  inFlight = 0;
  limit = Infinity;
  full = false;
  hasConnection = true;
  upSince = -Infinity;
  usable = true;

  constructor(name: string, more: Partial<Omit<BalancedTarget, 'available'>> = {}) {
    this.name = name;
    Object.assign(this, more);
  }

  available(): boolean {
    return this.usable;
  }
}
