import { requireAtLeast } from '../check-number.ts';
import type { Lease } from '../lease-table.ts';
import { TimerEntry, type TimerWheel } from '../time/timer-wheel.ts';

/** Permits whose exchange is over for us, while the backend may still work on it. */
export class AbandonedLeases {
  readonly #wheel: TimerWheel;
  readonly #giveBack: (lease: Lease) => void;
  #held = 0;

  constructor(wheel: TimerWheel, giveBack: (lease: Lease) => void) {
    this.#wheel = wheel;
    this.#giveBack = giveBack;
  }

  get held(): number {
    return this.#held;
  }

  /** Gives the lease back in `holdMs`, finite; the lease must be nobody else's by now. */
  hold(lease: Lease, holdMs: number): void {
    this.#held++;
    const over = (): void => {
      this.#held--;
      this.#giveBack(lease);
    };
    this.#wheel.schedule(new HoldTimer(over), holdMs);
  }
}

class HoldTimer extends TimerEntry {
  override readonly onExpire: () => void;

  constructor(onExpire: () => void) {
    super();
    this.onExpire = onExpire;
  }
}

/** Infinity would never come back. */
export const requireHold = (holdMs: number): number => {
  if (holdMs === Infinity) throw new RangeError('holdMs must be finite');
  return requireAtLeast('holdMs', holdMs, 0);
};
