import type { KneeStep } from '@spillway/contracts';
import type { Advice } from './advise.ts';
import type { StopReason } from './plan-steps.ts';
import { tolerableErrors } from './step.ts';

export interface WarningInput {
  readonly steps: readonly KneeStep[];
  readonly stoppedBecause: StopReason;
  readonly objective: number;
  readonly advice: Advice;
  /** The advice is the scalability law's, not Little's. */
  readonly isGradual: boolean;
}

const selfCheckTolerance = 0.1;
const briefTimeout = 1;

/** What keeps the advice from being taken at its word, a sentence each, with what to do. */
export function kneeWarnings(input: WarningInput): string[] {
  const { steps, stoppedBecause, objective, advice, isGradual } = input;
  const warnings = selfCheck(steps);
  const first = steps[0] as KneeStep;
  const last = steps.at(-1) as KneeStep;
  if (first.errors > tolerableErrors) {
    warnings.push(
      `${first.errors.toFixed(1)} % failed at one request at a time: this backend can't be measured.`,
    );
  } else if (stoppedBecause === 'errors_above_1_percent') {
    const failing = steps.find((step) => step.errors > tolerableErrors) as KneeStep;
    warnings.push(
      `From ${failing.concurrency} at once on, ${failing.errors.toFixed(1)} % failed: the advice stays below.`,
    );
  }
  if (stoppedBecause === 'max_concurrency' && stillGains(steps)) {
    warnings.push(
      `No bend up to ${last.concurrency} at once: the backend may take more. Raise the bound and look again.`,
    );
  }
  if (isGradual) {
    warnings.push(
      'The throughput bends gradually: the advice is the top of the fitted scalability law. Fewer at once answer sooner, at a lower rate.',
    );
  }
  if (stoppedBecause === 'interrupted') {
    warnings.push('Interrupted: the advice rests on the steps so far.');
  }
  if (advice.queue_timeout === 0) {
    warnings.push(
      `At its limit the backend alone takes longer than the ${objective} s that are wanted: there is no time left to wait in a queue.`,
    );
  }
  if (advice.read_timeout < briefTimeout) {
    warnings.push(
      `The read timeout of ${Math.round(advice.read_timeout * 1_000)} ms comes from a few thousand calm samples; allow for pauses of the backend that these did not hold.`,
    );
  }
  return warnings;
}

/** Whether the last step was better than all before by more than a twentieth. */
function stillGains(steps: readonly KneeStep[]): boolean {
  const rates = steps.map((step) => step.ok_per_second);
  return (rates.at(-1) as number) > 1.05 * Math.max(0, ...rates.slice(0, -1));
}

/** Throughput x latency has to be the concurrency; where it isn't, the load tester held less than it says. */
function selfCheck(steps: readonly KneeStep[]): string[] {
  const wrong = steps.filter(
    ({ little, concurrency }) => Math.abs(little / concurrency - 1) > selfCheckTolerance,
  );
  if (wrong.length === 0) return [];
  const list = wrong.map(({ concurrency, little }) => `${concurrency} (${little.toFixed(1)})`);
  return [
    `Self-check failed: throughput x latency differs from the concurrency by more than 10 % at ${list.join(', ')}. The load tester or its connections were the limit there; run it on another machine or with more workers.`,
  ];
}
