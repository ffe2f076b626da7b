import type { Quantity, ThresholdMetric } from './threshold-metrics.ts';

/** In the order they are tried: the longer before the shorter that it starts with. */
export const operators = ['>=', '<=', '>', '<'] as const;

export type Operator = (typeof operators)[number];

/** One condition of --fail-if: the run fails when it holds. */
export interface Threshold {
  /** As it was written, without spaces. */
  readonly expression: string;
  readonly metric: ThresholdMetric;
  readonly quantity: Quantity;
  readonly operator: Operator;
  /** In seconds, percent, events a second, or a count. */
  readonly limit: number;
}
