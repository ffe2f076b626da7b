import { median } from '@spillway/statistics';

/** A median, and between what it lies with 95 % confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const doubt = 0.05;

/**
 * The interval of the sign test: of the sorted values the k-th from either end. It supposes nothing of how
 * the values are spread, so that a slow spell of the machine can't narrow or shift it. Fewer than six
 * values are too few for any: then it is without end.
 */
export function medianInterval(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const outside = valuesOutside(sorted.length);
  return {
    median: median(sorted),
    low: sorted[outside - 1] ?? Number.NEGATIVE_INFINITY,
    high: sorted[sorted.length - outside] ?? Number.POSITIVE_INFINITY,
  };
}

/** The largest k with 2 P(B < k) <= 5 %, B the heads in n throws of a coin. */
function valuesOutside(n: number): number {
  let k = 0;
  let probability = 0.5 ** n;
  let sum = probability;
  while (2 * sum <= doubt) {
    k += 1;
    probability *= (n - k + 1) / k;
    sum += probability;
  }
  return k;
}
