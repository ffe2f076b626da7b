import type { TripRule } from './trip-rule.ts';

/** Trips after `threshold` failures in a row; 0 never trips. */
export class ConsecutiveFailures implements TripRule {
  readonly #threshold: number;
  #failures = 0;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  get consecutiveFailures(): number {
    return this.#failures;
  }

  onSuccess(): void {
    this.#failures = 0;
  }

  onFailure(): boolean {
    this.#failures++;
    return this.#threshold > 0 && this.#failures >= this.#threshold;
  }

  reset(): void {
    this.#failures = 0;
  }
}
