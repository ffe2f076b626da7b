import type { LoadPlan, OpenPlan } from '../engine/engine.ts';
import { RateCurve } from '../engine/open/rate-curve.ts';
import type { RecorderState } from './recorder.ts';

/** How a run went, as far as its length follows from it. */
export interface RunCourse {
  /** With the warm-up in front. */
  readonly plan: LoadPlan;
  readonly warmUpMs: number;
  readonly state: Pick<RecorderState, 'sent' | 'uncounted' | 'dropped' | 'lastEndMs'>;
  /** When it was told to stop, from the start of counting; null when it went its whole way. */
  readonly stoppedMs: number | null;
}

/**
 * How long a run measured, ms: the one time that all its rates divide by. It starts when counting does, after the
 * warm-up, and ends with whichever comes first:
 *
 * - the time planned (the duration, or the stages), however early the last response before it came, and however long
 *   what is under way then drains;
 * - the end of the last of a number of requests; in the open model not before the next one would have been due, since
 *   3 requests at 0.5 a second are 6 s of load though the third is sent after 4;
 * - an interruption, or giving up.
 */
export function measuredMs({ plan, warmUpMs, state, stoppedMs }: RunCourse): number {
  const { durationMs, requests } = plan.length;
  const plannedMs = durationMs === null ? Number.POSITIVE_INFINITY : durationMs - warmUpMs;
  const isNumberReached =
    requests !== null && state.sent + state.uncounted + state.dropped >= requests;
  const numberMs = isNumberReached
    ? Math.max(state.lastEndMs, plan.model === 'open' ? dueMs(plan, requests) - warmUpMs : 0)
    : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(plannedMs, numberMs, stoppedMs ?? Number.POSITIVE_INFINITY));
}

/** When so many requests should have been sent and the next is due, by the rate: with random arrivals on average. */
function dueMs({ startRate, stages }: OpenPlan, requests: number): number {
  return new RateCurve(startRate, stages).timeOf(requests);
}
