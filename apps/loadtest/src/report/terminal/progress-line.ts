import { formatNumber } from '@spillway/quantities';
import type { Progress } from '../../record/recorder.ts';

/** How far a run is, in one line; what has ended per second is since the last line. */
export interface ProgressFacts {
  readonly elapsedMs: number;
  readonly warmUpMs: number;
  readonly requests: number | null;
  /** The warm-up included. */
  readonly durationMs: number | null;
  /** Null until there is one to tell. */
  readonly perSecond: number | null;
}

export function progressLine(progress: Progress, facts: ProgressFacts): string {
  const failed = progress.ended - progress.ok;
  const parts = [
    timeLeft(progress, facts),
    `${formatNumber(progress.ended)}${facts.requests === null ? '' : ` of ${formatNumber(facts.requests)}`} ended`,
    ...(facts.perSecond === null ? [] : [`${formatNumber(Math.round(facts.perSecond))}/s`]),
    `${formatNumber(progress.inFlight)} under way`,
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
    ...(progress.dropped > 0 ? [`${formatNumber(progress.dropped)} not sent`] : []),
  ];
  return parts.join(', ');
}

function timeLeft(progress: Progress, facts: ProgressFacts): string {
  const { elapsedMs, warmUpMs, durationMs, requests } = facts;
  if (elapsedMs < warmUpMs) return `warming up, ${clock(warmUpMs - elapsedMs)} left`;
  const byTime = durationMs === null ? Number.POSITIVE_INFINITY : durationMs - elapsedMs;
  const perMs = progress.ended / Math.max(1, elapsedMs - warmUpMs);
  const byCount =
    requests === null || perMs === 0
      ? Number.POSITIVE_INFINITY
      : (requests - progress.ended) / perMs;
  const left = Math.min(byTime, byCount);
  if (left <= 0) return 'draining';
  return Number.isFinite(left) ? `${clock(left)} left` : clock(elapsedMs);
}

/** `0:07`, `12:05`. */
function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
