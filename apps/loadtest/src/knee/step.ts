import type { KneeStep } from '@spillway/contracts';

/** One concurrency held for a while. Durations in seconds, `errors` in percent. */
export type StepResult = Omit<KneeStep, 'little'> & { p999: number };

/** Holds a concurrency and measures; the only part of the knee finder that sends anything. */
export type RunStep = (concurrency: number) => Promise<StepResult>;

/** The share of requests that may fail before a step no longer counts as carried by the backend, percent. */
export const tolerableErrors = 1;

export function isCarried(step: StepResult): boolean {
  return step.errors <= tolerableErrors;
}

/** With the self-check of Little's law: throughput x latency is the concurrency really held. */
export function withLittle(step: StepResult): KneeStep {
  return { ...step, little: step.requests_per_second * step.mean };
}
