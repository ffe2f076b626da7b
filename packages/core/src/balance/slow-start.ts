import { requireAtLeast } from '../check-number.ts';

export interface SlowStartOptions {
  /** How long a target that comes (back) takes to its full weight, ms; 0: it has it immediately. */
  readonly slowStartMs: number;
  /**
   * The weight grows with time to the power of 1 / aggression: 1 is a straight line, above 1 faster at first,
   * below 1 slower, as in Envoy.
   */
  readonly slowStartAggression: number;
}

/** The share of its weight with which a target begins: enough to be heard of, as in Envoy. */
const least = 0.1;

export const checkSlowStart = (options: SlowStartOptions): void => {
  requireAtLeast('slowStartMs', options.slowStartMs, 0);
  requireAtLeast('slowStartAggression', options.slowStartAggression, Number.MIN_VALUE);
};

/** The share of its weight that a target has `ageMs` after it came: from a tenth to 1. */
export const rampAt = (options: SlowStartOptions, ageMs: number): number => {
  const { slowStartMs, slowStartAggression } = options;
  if (ageMs >= slowStartMs) return 1;
  return Math.max(least, (Math.max(0, ageMs) / slowStartMs) ** (1 / slowStartAggression));
};
