import type { TimeSource } from '../time/time-source.ts';
import { type RateOptions, RateWindow } from './rate-window.ts';
import type { TripRule } from './trip-rule.ts';

/** Trips when too large a share of the latest calls has failed. */
export class FailureRate implements TripRule {
  readonly #window: RateWindow;

  constructor(options: RateOptions, time: Pick<TimeSource, 'now'>) {
    this.#window = new RateWindow(options, time);
  }

  onEnd(failed: boolean): boolean {
    if (failed) return this.#window.addBad();
    this.#window.addGood();
    return false;
  }

  onSlow(): boolean {
    return false;
  }

  reset(): void {
    this.#window.reset();
  }
}
