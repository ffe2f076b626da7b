import { median } from '@spillway/statistics';
import { isCarried, type StepResult } from './step.ts';

/** What the steps say of the backend as a whole. */
export interface Capacity {
  /** Good answers a second at most. */
  readonly maxRate: number;
  /** Mean latency of the unloaded backend, s. */
  readonly unloadedLatency: number;
  /** Little's law: as many requests under way, each at its unloaded pace, make the maximal rate. */
  readonly little: number;
}

const plateauShare = 0.95;

/**
 * The maximal rate is the median of the steps within 5 % of the best: the best of many noisy steps alone is
 * too high.
 */
export function capacityOf(steps: readonly StepResult[]): Capacity {
  const carried = steps.filter(isCarried);
  const rates = (carried.length > 0 ? carried : steps).map((step) => step.ok_per_second);
  const best = Math.max(...rates);
  const maxRate = median(rates.filter((rate) => rate >= plateauShare * best));
  const unloadedLatency = unloadedMean(steps, maxRate);
  return { maxRate, unloadedLatency, little: maxRate * unloadedLatency };
}

const unloadedShare = 0.25;
const unloadedStretch = 1.1;

/**
 * The mean and not the least latency, because slots are held for as long as requests take on average. The step with
 * one request at a time has the fewest samples of all; steps far below the bend that are as fast are pooled with it.
 */
function unloadedMean(steps: readonly StepResult[], maxRate: number): number {
  const first = steps.reduce((least, step) =>
    step.concurrency < least.concurrency ? step : least,
  );
  const bound = unloadedShare * maxRate * first.mean;
  const unloaded = steps.filter(
    (step) =>
      step === first ||
      (step.concurrency <= bound && isCarried(step) && step.mean <= unloadedStretch * first.mean),
  );
  const weight = unloaded.reduce((sum, step) => sum + step.requests_per_second, 0);
  if (weight === 0) return first.mean;
  return unloaded.reduce((sum, step) => sum + step.requests_per_second * step.mean, 0) / weight;
}
