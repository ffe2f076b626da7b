import type { ClosedPlan, LoadPlan, OpenPlan, RunLength } from '../engine/engine.ts';

/**
 * Divides a plan exactly: the parts' connections, requests and rates add up to the whole's. Fewer parts than
 * wanted when there aren't enough connections or requests for each to have one.
 */
export function splitPlan(plan: LoadPlan, workers: number): LoadPlan[] {
  const places = plan.model === 'closed' ? plan.concurrent : plan.maxInFlight;
  const of = Math.max(1, Math.min(workers, places, plan.length.requests ?? workers));
  return Array.from({ length: of }, (_, index) =>
    plan.model === 'closed' ? closedPart(plan, index, of) : openPart(plan, index, of),
  );
}

function closedPart(plan: ClosedPlan, index: number, of: number): ClosedPlan {
  return {
    ...plan,
    length: lengthPart(plan.length, index, of),
    concurrent: part(plan.concurrent, index, of),
  };
}

/** The schedule is dealt out one by one, so that what is sent is as even as from one worker. */
function openPart(plan: OpenPlan, index: number, of: number): OpenPlan {
  return {
    ...plan,
    length: lengthPart(plan.length, index, of),
    maxInFlight: part(plan.maxInFlight, index, of),
    // Far apart, so that the seeds of neighbouring runs don't meet.
    seed: plan.seed + index * 0x9e3779b1,
    share: { index, of },
  };
}

function lengthPart(length: RunLength, index: number, of: number): RunLength {
  const { requests } = length;
  return { ...length, requests: requests === null ? null : part(requests, index, of) };
}

function part(whole: number, index: number, of: number): number {
  return Math.floor(whole / of) + (index < whole % of ? 1 : 0);
}
