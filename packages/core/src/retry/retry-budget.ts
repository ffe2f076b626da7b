import { requireAtLeast } from '../check-number.ts';
import type { TimeSource } from '../time/time-source.ts';

export interface RetryBudgetOptions {
  /** Retries per request, both at once (of those in flight) and over time: 0.2 is one in five, 0 is no retry at all. */
  share: number;
  /** Retries at once that are always granted, so that a quiet proxy may retry at all. */
  minConcurrent: number;
  /** Retries a second that are always granted over time. */
  minPerSecond?: number;
  /** What the bucket holds, and starts with: retries after a long quiet. */
  burst?: number;
  time: Pick<TimeSource, 'now'>;
}

/**
 * Keeps retries from turning a slowdown into a collapse: so many at once, and so many over time from a
 * token bucket that requests fill (Finagle's RetryBudget, Envoy's retry_budget). A share of 1 or more
 * leaves only the bound on those at once.
 */
export class RetryBudget {
  #share = 0;
  #minConcurrent = 0;
  #minPerSecond = 0;
  #burst = 0;
  readonly #time: Pick<TimeSource, 'now'>;
  #tokens: number;
  #filledAt: number;
  #retrying = 0;
  #refusedAtOnce = 0;
  #refusedOverTime = 0;

  constructor(options: RetryBudgetOptions) {
    this.#time = options.time;
    this.#filledAt = options.time.now();
    this.#tokens = 0;
    this.#apply(options);
    this.#tokens = this.#burst;
  }

  /** Another budget from now on: retries under way keep their places, and the bucket what it has. */
  reconfigure(options: Omit<RetryBudgetOptions, 'time'>): void {
    const wasOff = this.#burst === 0;
    this.#drip();
    this.#apply(options);
    this.#tokens = wasOff ? this.#burst : Math.min(this.#tokens, this.#burst);
  }

  #apply(options: Omit<RetryBudgetOptions, 'time'>): void {
    this.#share = requireAtLeast('share', options.share, 0);
    const minConcurrent = requireAtLeast('minConcurrent', options.minConcurrent, 0);
    const minPerSecond = requireAtLeast('minPerSecond', options.minPerSecond ?? 1, 0);
    const burst = requireAtLeast('burst', options.burst ?? 100, 1);
    // Whoever asks for none does not mean a few.
    const isOff = this.#share === 0;
    this.#minConcurrent = isOff ? 0 : minConcurrent;
    this.#minPerSecond = isOff ? 0 : minPerSecond;
    this.#burst = isOff ? 0 : burst;
  }

  /** Retries started and not yet ended. */
  get retrying(): number {
    return this.#retrying;
  }

  /** Retries that the bucket has left; Infinity when it bounds none. */
  get tokens(): number {
    this.#drip();
    return this.#share < 1 ? this.#tokens : Infinity;
  }

  /** Retries refused because so many were under way. */
  get refusedAtOnce(): number {
    return this.#refusedAtOnce;
  }

  /** Retries refused because the bucket was empty. */
  get refusedOverTime(): number {
    return this.#refusedOverTime;
  }

  /** A new request pays its share into the bucket. */
  onRequest(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#share);
  }

  /** Takes the place of one retry, or false. `inFlight`: requests under way, those in backoff included. */
  tryStart(inFlight: number): boolean {
    // This retry counts too, before it is let in: counted after, one more than the budget gets through.
    if (this.#retrying + 1 > Math.max(this.#minConcurrent, this.#share * inFlight)) {
      this.#refusedAtOnce++;
      return false;
    }
    if (this.#share < 1 && !this.#takeToken()) {
      this.#refusedOverTime++;
      return false;
    }
    this.#retrying++;
    return true;
  }

  /** Gives the place back, once for each `tryStart` that returned true. */
  end(): void {
    if (this.#retrying > 0) this.#retrying--;
  }

  #takeToken(): boolean {
    this.#drip();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #drip(): void {
    const now = this.#time.now();
    const dripped = ((now - this.#filledAt) / 1000) * this.#minPerSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + dripped);
    this.#filledAt = now;
  }
}
