import type { Attempt } from '../request/attempt.ts';
import type { Exchange } from '../request/exchange.ts';

/**
 * How long the upstream is thought to go on with an attempt that was cut, ms: many do, and a permit given back
 * at once lets the next request flood it. 0 when it can't have begun (the request was not there whole), has
 * begun to answer (it notices), or stops when cut. Never longer than it might have taken with its client there.
 */
export function holdMs({ settings, interrupted }: Exchange, attempt: Attempt): number {
  const { abandoned, readTimeoutMs } = settings;
  if (abandoned === 'release' || !attempt.leftAtWork) return 0;
  // Nobody comes after it.
  if (interrupted === 'draining') return 0;
  const { writtenAt, endedAt, upstream } = attempt;
  const elapsedMs = endedAt - writtenAt;
  const longestMs = Math.max(0, readTimeoutMs - elapsedMs);
  return Math.min(longestMs, upstream.remainingWork.estimateMs(elapsedMs));
}
