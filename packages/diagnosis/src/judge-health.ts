import type { BreakerState, HealthStatus, Shortages } from '@spillway/contracts';
import { shortageKindNames, shortageKinds } from './shortage-kinds.ts';

/** What keeps one target in use or out of it. */
export interface TargetHealth {
  readonly url: string;
  readonly breaker: BreakerState;
  readonly retryInMs: number;
  /** By its health checks. */
  readonly isUp: boolean;
  readonly drained: boolean;
  readonly ejected: boolean;
}

/** What the judgement rests on. */
export interface HealthEvidence {
  readonly upstreams: readonly TargetHealth[];
  readonly queued: number;
  readonly maxQueue: number;
  /** Over the last minute. */
  readonly recentRequests: number;
  readonly recentFailures: number;
  readonly recentShortages: Shortages;
}

/** Below this many requests a share of failures says nothing. */
const minRequests = 20;

/** What the process itself is out of, with the remedy. */
export const shortageReasons = (recent: Shortages): string[] =>
  shortageKindNames
    .filter((kind) => recent[kind] > 0)
    .map((kind) => `the proxy is out of ${shortageKinds[kind].of}. ${shortageKinds[kind].remedy}`);

/**
 * Unhealthy only while no target may be tried at all: as soon as a breaker would let a probe through,
 * traffic must come again, or nothing would ever close it.
 */
export function judgeHealth(evidence: HealthEvidence): { status: HealthStatus; reasons: string[] } {
  const { upstreams, queued, maxQueue, recentRequests, recentFailures, recentShortages } = evidence;
  const reasons: string[] = [];
  for (const upstream of upstreams) {
    const reason = reasonOf(upstream);
    if (reason !== null) reasons.push(reason);
  }
  reasons.push(...shortageReasons(recentShortages));
  if (upstreams.length === 0) reasons.push('no address of any target is known');
  if (upstreams.every(isOut)) return { status: 'unhealthy', reasons };
  if (maxQueue > 0 && queued >= 0.8 * maxQueue) reasons.push(`queue at ${queued} of ${maxQueue}`);
  if (recentRequests >= minRequests && recentFailures > 0.05 * recentRequests) {
    const percent = Math.round((100 * recentFailures) / recentRequests);
    reasons.push(`${percent} % of the last minute's requests failed`);
  }
  return { status: reasons.length === 0 ? 'healthy' : 'degraded', reasons };
}

const isOut = ({ breaker, retryInMs, isUp, drained }: TargetHealth): boolean =>
  !isUp || drained || (breaker === 'open' && retryInMs > 0);

function reasonOf({
  url,
  breaker,
  retryInMs,
  isUp,
  drained,
  ejected,
}: TargetHealth): string | null {
  if (drained) return `${url} is drained`;
  if (!isUp) return `${url} is down by its health checks`;
  if (breaker === 'open' && retryInMs > 0) {
    return `breaker of ${url} is open, next probe in ${Math.ceil(retryInMs / 1000)} s`;
  }
  if (breaker !== 'closed') return `breaker of ${url} is probing`;
  return ejected ? `${url} is ejected: it fails while the others do not` : null;
}
