/** When trouble is too much: judges what a closed breaker hears. It knows nothing of states. */
export interface TripRule {
  /** A call has ended. `wasSlow`: `onSlow` has told of it before. True when the breaker has to open now. */
  onEnd(failed: boolean, wasSlow: boolean): boolean;
  /** A call under way has passed the age from which it is slow. True when the breaker has to open now. */
  onSlow(): boolean;
  /** The breaker has closed again: start over. */
  reset(): void;
}
