import type { ClosedPlan, Engine, LoadRequest } from '../engine/engine.ts';
import type { RunStep, StepResult } from './step.ts';
import { StepObserver } from './step-observer.ts';

export interface StepRunnerOptions {
  readonly engine: Engine<ClosedPlan>;
  readonly request: LoadRequest;
  /** Left out at the start of every step. */
  readonly settleMs: number;
  /** Measured at least so long, and until so many good answers have come, but never longer than the bound. */
  readonly measureMs: number;
  readonly minResponses: number;
  readonly maxMeasureMs: number;
  readonly signal: AbortSignal;
  /** Too few answers came: the step is run again, for this long. */
  readonly onLonger?: (concurrency: number, lengthMs: number) => void;
}

/** What a step needs to say something; a backend of 30 s a request gets ten minutes for its 200 answers. */
export const stepDefaults = {
  settleMs: 2_000,
  measureMs: 5_000,
  minResponses: 200,
  maxMeasureMs: 600_000,
} as const;

/**
 * Runs steps with an engine. When the time was too short for enough answers, the step is run once more for as
 * long as its own rate says: it can't be made longer, since what is under way is drained at its end, so that one
 * step doesn't weigh on the next.
 */
export function stepRunner(options: StepRunnerOptions): RunStep {
  const { measureMs, minResponses, maxMeasureMs, signal, onLonger } = options;
  return async (concurrency) => {
    let lengthMs = measureMs;
    for (;;) {
      const { step, responses } = await hold(options, concurrency, lengthMs);
      if (responses >= minResponses || lengthMs >= maxMeasureMs || signal.aborted) return step;
      // Nothing but failures, soon: that won't change by waiting.
      if (step.errors === 100 && step.requests_per_second > 0) return step;
      lengthMs = Math.min(maxMeasureMs, longerMs(lengthMs, responses, minResponses));
      onLonger?.(concurrency, lengthMs);
    }
  };
}

/** A tenth more than the rate promises; four times as long when there is hardly one to tell the rate from. */
function longerMs(lengthMs: number, responses: number, wanted: number): number {
  return lengthMs * (responses < 4 ? 4 : (1.1 * wanted) / responses);
}

async function hold(
  { engine, request, settleMs, signal }: StepRunnerOptions,
  concurrent: number,
  lengthMs: number,
): Promise<{ step: StepResult; responses: number }> {
  const from = performance.now() + settleMs;
  const observer = new StepObserver(from, from + lengthMs);
  const length = { requests: null, durationMs: settleMs + lengthMs, drain: true };
  await engine({ model: 'closed', request, length, concurrent }, observer, signal);
  return { step: observer.result(concurrent), responses: observer.responses };
}
