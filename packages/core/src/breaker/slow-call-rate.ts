import { requireAtLeast } from '../check-number.ts';
import type { TimeSource } from '../time/time-source.ts';
import { type RateOptions, RateWindow } from './rate-window.ts';
import type { TripRule } from './trip-rule.ts';

export interface SlowCallRateOptions extends RateOptions {
  /** Age from which a call is slow, ms. */
  slowMs: number;
}

/**
 * Trips when too large a share of the latest calls was slow. A call counts as soon as it is old enough,
 * not when it ends: an upstream that hangs ends none.
 */
export class SlowCallRate implements TripRule {
  readonly #window: RateWindow;

  constructor(options: SlowCallRateOptions, time: Pick<TimeSource, 'now'>) {
    requireAtLeast('slowMs', options.slowMs, Number.MIN_VALUE);
    this.#window = new RateWindow(options, time);
  }

  onEnd(_failed: boolean, wasSlow: boolean): boolean {
    if (!wasSlow) this.#window.addGood();
    return false;
  }

  onSlow(): boolean {
    return this.#window.addBad();
  }

  reset(): void {
    this.#window.reset();
  }
}
