import type { Knee } from '@spillway/contracts';
import { capacityOf } from './capacity.ts';
import { isCarried, type StepResult } from './step.ts';

export type StopReason = Knee['stopped_because'];

const leastGain = 0.05;
const stretchedLatency = 2;

/** Why doubling the concurrency again would teach nothing; null while it does. Steps in the order run. */
export function stopReason(
  steps: readonly StepResult[],
  maxConcurrency: number,
): Exclude<StopReason, 'interrupted'> | null {
  const base = steps[0];
  const last = steps.at(-1);
  if (base === undefined || last === undefined) return null;
  if (!isCarried(last)) return 'errors_above_1_percent';
  const bestBefore = Math.max(0, ...steps.slice(0, -1).map((step) => step.ok_per_second));
  const gained = last.ok_per_second / bestBefore - 1;
  if (gained < leastGain && last.p95 > stretchedLatency * base.p95) return 'gain_below_5_percent';
  return last.concurrency >= maxConcurrency ? 'max_concurrency' : null;
}

/** Twice as many, up to the bound. */
export function nextConcurrency(current: number, maxConcurrency: number): number {
  return Math.min(2 * current, maxConcurrency);
}

/**
 * Concurrencies around the bend that doubling left out, ascending. After errors: between the last step that went
 * well and the first that didn't, since the limit may be anywhere there.
 */
export function finerSteps(steps: readonly StepResult[], maxConcurrency: number): number[] {
  const lastCarried = Math.max(1, ...steps.filter(isCarried).map((step) => step.concurrency));
  const refused = steps.find((step) => !isCarried(step));
  const { little } = capacityOf(steps);
  const wanted = refused
    ? [1.25, 1.5, 1.75].map((factor) => lastCarried * factor)
    : [0.75, 1, 1.25].map((factor) => little * factor);
  const bound = refused ? refused.concurrency - 1 : maxConcurrency;
  const known = new Set(steps.map((step) => step.concurrency));
  const rounded = wanted.map((concurrency) =>
    Math.max(1, Math.min(Math.round(concurrency), bound)),
  );
  return [...new Set(rounded)]
    .filter((concurrency) => !known.has(concurrency))
    .sort((a, b) => a - b);
}
