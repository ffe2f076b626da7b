import type { LimitReason } from './concurrency-limit.ts';

/** Latency above the baseline that is no queue yet. */
const tolerance = 1.1;
/** A window may take back so much at most. */
const steepest = 0.5;

/**
 * The limit follows baseline / latency, with a little queue allowed for so that it can grow (Netflix
 * concurrency-limits, Gradient). Half of each step is taken: latency answers late.
 */
export const gradientStep = (
  limit: number,
  window: { readonly latencyMs: number; readonly inFlight: number; readonly dropped: boolean },
  baselineMs: number,
): { readonly limit: number; readonly reason: LimitReason } | null => {
  if (window.dropped) return { limit: limit * 0.9, reason: 'drops' };
  if (!(window.inFlight >= 0.8 * Math.round(limit))) return null;
  const gradient = Math.max(steepest, Math.min(1, (tolerance * baselineMs) / window.latencyMs));
  const next = limit * gradient + Math.max(1, Math.sqrt(limit) / 2);
  const half = (limit + next) / 2;
  return { limit: half, reason: half < limit ? 'latency' : 'growth' };
};
