/** When failures are too many: judges what a closed breaker hears. It knows nothing of states. */
export interface TripRule {
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  onSuccess(): void;
  /** True when the breaker has to open now. */
  onFailure(): boolean;
  /** The breaker has closed again: start over. */
  reset(): void;
}
