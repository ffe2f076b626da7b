import { requireWhole } from '../check-number.ts';
import type { TripRule } from './trip-rule.ts';

export interface ConsecutiveFailuresOptions {
  /** 0 never trips. */
  threshold: number;
}

/**
 * Trips after `threshold` failures in a row: fast when the upstream is down, blind when it fails half of
 * the time.
 */
export class ConsecutiveFailures implements TripRule {
  readonly #threshold: number;
  /** Failures since the last success. */
  failures = 0;

  constructor({ threshold }: ConsecutiveFailuresOptions) {
    this.#threshold = requireWhole('threshold', threshold, 0, Number.MAX_SAFE_INTEGER);
  }

  onEnd(failed: boolean): boolean {
    this.failures = failed ? this.failures + 1 : 0;
    return this.#threshold > 0 && this.failures >= this.#threshold;
  }

  onSlow(): boolean {
    return false;
  }

  reset(): void {
    this.failures = 0;
  }
}
