import type { Knee, KneeStep } from '@spillway/contracts';
import { advise } from './advise.ts';
import { type Capacity, capacityOf } from './capacity.ts';
import { type CurvePoint, kneedle } from './kneedle.ts';
import { finerSteps, nextConcurrency, type StopReason, stopReason } from './plan-steps.ts';
import { isCarried, type RunStep, type StepResult, withLittle } from './step.ts';
import { fitUsl, type UslFit } from './usl.ts';
import { kneeWarnings } from './warn.ts';

export interface KneeOptions {
  /** The last step is at most this. */
  readonly maxConcurrency: number;
  /** Within how long a request should be answered, waiting included, s. */
  readonly objective: number;
  /** Where the advised proxy forwards to, such as `http://127.0.0.1:9000`. */
  readonly target: string;
  /** Hears of every step, in the order run. */
  readonly onStep?: (step: KneeStep) => void;
  /** Ends the search after the step under way; what there is then is judged. */
  readonly signal?: AbortSignal;
}

/**
 * Finds how many requests at once a backend takes: 1, 2, 4 … until more brings nothing, then finer around the bend.
 * Rejects when the first step does, or when aborted before it was over.
 */
export async function findKnee(runStep: RunStep, options: KneeOptions): Promise<Knee> {
  const { steps, stoppedBecause } = await runSteps(runStep, options);
  return judgeSteps(steps, stoppedBecause, options);
}

async function runSteps(
  runStep: RunStep,
  { maxConcurrency, onStep, signal }: KneeOptions,
): Promise<{ steps: StepResult[]; stoppedBecause: StopReason }> {
  const steps: StepResult[] = [];
  /** False when aborted: a step cut short measures nothing. */
  const run = async (concurrency: number): Promise<boolean> => {
    const step = await runStep(concurrency);
    if (signal?.aborted) return false;
    steps.push(step);
    onStep?.(withLittle(step));
    return true;
  };
  let stoppedBecause: StopReason | null = null;
  for (let at = 1; stoppedBecause === null; at = nextConcurrency(at, maxConcurrency)) {
    stoppedBecause = (await run(at)) ? stopReason(steps, maxConcurrency) : 'interrupted';
  }
  if (steps.length === 0) throw new Error('Interrupted before the first step was over.');
  if (stoppedBecause === 'interrupted') return { steps, stoppedBecause };
  for (const concurrency of finerSteps(steps, maxConcurrency)) {
    if (!(await run(concurrency))) return { steps, stoppedBecause: 'interrupted' };
  }
  return { steps, stoppedBecause };
}

/** Estimates, advice and warnings of steps that were run; in any order, the first of them unloaded. */
function judgeSteps(
  unordered: readonly StepResult[],
  stoppedBecause: StopReason,
  { objective, target }: Pick<KneeOptions, 'objective' | 'target'>,
): Knee {
  const ordered = [...unordered].sort((a, b) => a.concurrency - b.concurrency);
  const steps = ordered.map(withLittle);
  const carried = ordered.filter(isCarried);
  const capacity = capacityOf(ordered);
  const curve = ordered.map(({ concurrency, ok_per_second: rate }) => ({ concurrency, rate }));
  const usl = fitUsl(curve);
  const knee = advisedKnee(curve, capacity, usl);
  const advice = advise({
    knee,
    limit: Math.max(1, ...carried.map((step) => step.concurrency)),
    maxRate: capacity.maxRate,
    objective,
    target,
    steps: carried.length > 0 ? carried : ordered,
  });
  return {
    steps,
    stopped_because: stoppedBecause,
    max_requests_per_second: capacity.maxRate,
    min_latency: capacity.unloadedLatency,
    estimates: {
      little: capacity.little,
      kneedle: kneedle(curve),
      usl: usl && { knee: usl.knee, r2: usl.r2 },
    },
    advice,
    warnings: kneeWarnings({
      steps,
      stoppedBecause,
      objective,
      advice,
      isGradual: knee !== capacity.little,
    }),
  };
}

const trustedFit = 0.98;
const sharpBend = 0.75;

/**
 * Little's law is right for slots, which bend sharply: there the rate is the maximum, less what the machine's noise takes
 * (17 % seen on 32 slots beside other work). A backend that slows down gradually has two thirds of it there; when
 * that is so and the scalability law fits nearly perfectly, the law's top is taken.
 */
function advisedKnee(
  curve: readonly CurvePoint[],
  { little, maxRate }: Capacity,
  usl: UslFit | null,
): number {
  if (usl === null || usl.r2 < trustedFit || usl.knee <= little) return little;
  return interpolate(curve, little) < sharpBend * maxRate ? usl.knee : little;
}

/** The measured rate at a concurrency, in straight lines between the steps. */
function interpolate(curve: readonly CurvePoint[], concurrency: number): number {
  const above = curve.findIndex((point) => point.concurrency >= concurrency);
  const right = curve.at(above) as CurvePoint;
  const left = curve[above - 1];
  if (above <= 0 || left === undefined) return right.rate;
  const share = (concurrency - left.concurrency) / (right.concurrency - left.concurrency);
  return left.rate + share * (right.rate - left.rate);
}
