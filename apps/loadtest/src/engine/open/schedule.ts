import { drawExponential, seededRandom } from '@spillway/random';
import type { OpenPlan } from '../engine.ts';
import { RateCurve } from './rate-curve.ts';

/** Gives the intended times one by one, in ms from the start; Infinity after the last. */
export type Schedule = () => number;

/**
 * The intended times of a plan. Constant arrivals: the n-th (from 0) is when n requests are due by the rate's
 * integral. Poisson arrivals: the same with the sum of exponential gaps in place of n, which is exact for
 * ramps too. A share of a plan takes every `of`-th, so that the shares together are the whole.
 */
export function scheduleOf(plan: OpenPlan): Schedule {
  const curve = new RateCurve(plan.startRate, plan.stages);
  const { index, of } = plan.share ?? { index: 0, of: 1 };
  const { requests, durationMs } = plan.length;
  const lastMs = durationMs ?? Number.POSITIVE_INFINITY;
  const nextCount = plan.arrivals === 'poisson' ? poisson(plan.seed, of) : everyOther(index, of);
  let left = requests ?? Number.POSITIVE_INFINITY;
  return () => {
    if (left-- <= 0) return Number.POSITIVE_INFINITY;
    const time = curve.timeOf(nextCount());
    return time < lastMs ? time : Number.POSITIVE_INFINITY;
  };
}

function everyOther(index: number, of: number): () => number {
  let n = 0;
  return () => index + of * n++;
}

/** Independent Poisson processes of a share of the rate each are together one of the whole rate. */
function poisson(seed: number, of: number): () => number {
  const random = seededRandom(seed);
  let sum = 0;
  return () => {
    sum += of * drawExponential(random);
    return sum;
  };
}
