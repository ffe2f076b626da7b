import type { LimitBounds, LimitReason } from './concurrency-limit.ts';
import type { WindowSummary } from './sample-window.ts';

/** So much of the limit must be in flight before it counts as used. */
export const usedShare = 0.9;
/** Fewer drops than this are the weather: they come at any limit. */
export const toleratedDropShare = 0.02;
/** Latency against the baseline up to which there is room above. */
const roomBelow = 1.05;
/** From here on it is worth a probe whether the latency is our doing. */
const suspectAbove = 1.12;
/** A latency that is known no better than this says nothing of room. */
const tooVague = 0.15;
/** Somewhat above what the upstream works on, so that it is never idle. */
const headroom = 1.04;

export type Step =
  | { readonly to: 'stay' }
  | { readonly to: 'move'; readonly limit: number; readonly reason: LimitReason }
  | { readonly to: 'probe'; readonly why: 'slow' | 'due' };

const stay: Step = { to: 'stay' };

export interface Course {
  /** The most that growth may add. */
  readonly pace: number;
  /** What drops leave of the limit. */
  readonly backoff: number;
  /** Latency was not looked into for long. */
  readonly probeDue: boolean;
}

export const isUsed = (limit: number, { inFlight }: WindowSummary): boolean =>
  inFlight >= usedShare * Math.round(limit);

/** So slow that there may be a queue at the upstream. */
export const isSlow = ({ ratio, ratioError }: WindowSummary): boolean =>
  ratio - ratioError > suspectAbove;

/** What a window at the limit asks for. */
export const cruise = (limit: number, window: WindowSummary, course: Course): Step => {
  if (window.dropShare > toleratedDropShare) {
    return { to: 'move', limit: limit * course.backoff, reason: 'drops' };
  }
  if (!isUsed(limit, window)) return stay;
  if (isSlow(window)) return { to: 'probe', why: 'slow' };
  if (course.probeDue) return { to: 'probe', why: 'due' };
  const room = Math.min(1, (roomBelow - window.ratio) / (roomBelow - 1));
  if (!(room > 0) || window.ratioError > tooVague) return stay;
  const added = Math.min(course.pace * room, window.answered / limit);
  return { to: 'move', limit: limit + added, reason: 'growth' };
};

/** Where less would show. At the floor only more can tell a slow upstream from a crowded one. */
export const probeLimit = (
  limit: number,
  ratio: number,
  contrast: number,
  { min, max }: LimitBounds,
): number => {
  const lower = Math.max(0.5 * limit, Math.min(contrast * limit, limit / ratio), min);
  return lower <= 0.9 * limit ? lower : moreLimit(limit, max);
};

export const moreLimit = (limit: number, max: number): number =>
  Math.min(max, Math.ceil(limit * 1.3));

/** Where the knee lies: not below the limit, between probe and limit, or not above the probe. */
type Finding = 'no_queue' | 'queue_above' | 'queue_everywhere' | 'unclear';

export interface ProbeVerdict {
  readonly finding: Finding;
  readonly limit: number;
}

/**
 * Two windows at different limits. Work done grows with the number in flight as n^e (Little: X = N/W):
 * e is 1 while there is room, 0 once more only waits. Compared with itself a moment ago, a slow day, a
 * slow route or a slow backend cancels out.
 */
export const judgeProbe = (
  limit: number,
  before: WindowSummary,
  during: WindowSummary,
): ProbeVerdict => {
  const more = Math.log(before.inFlight / during.inFlight);
  const slower = Math.log(before.ratio / during.ratio);
  const error = Math.hypot(before.ratioError / before.ratio, during.ratioError / during.ratio);
  if (!(Math.abs(more) >= 0.1) || Number.isNaN(slower)) return { finding: 'unclear', limit };
  const waits = slower / more;
  // Slower with less: something else has changed meanwhile.
  if (waits < 0 && Math.abs(slower) > 3 * error) return { finding: 'unclear', limit };
  if (waits < 0.3 || Math.abs(slower) < error) return { finding: 'no_queue', limit };
  // As many permits of the probe's kind as do the work that was done before.
  const rate = before.answered / before.durationMs / (during.answered / during.durationMs);
  const worked = Math.max(1, Math.min(rate, before.inFlight / during.inFlight)) * during.inFlight;
  return {
    // By latency and by work done: a mistake here would make the queue the baseline.
    finding: waits < 0.75 && rate > 1.06 ? 'queue_above' : 'queue_everywhere',
    limit: Math.min(limit, worked * headroom),
  };
};
