import type { UpstreamSnapshot } from '@spillway/contracts';
import { latestAnswers } from '../../observe/latest-answers.ts';
import { systemTime } from '../../system/system-time.ts';
import type { Upstream } from './upstream.ts';

/** What /proxy-metrics shows of one target. */
export function upstreamSnapshot(upstream: Upstream): UpstreamSnapshot {
  const { breaker, health, pool, firstByte, serviceTime, ownLimit } = upstream;
  const now = systemTime.now();
  // First: asking may open it or end an ejection, which the rest has to know of.
  const retryInMs = breaker.retryInMs();
  const { ejected, lastEjection } = upstream;
  const latest = latestAnswers(firstByte, serviceTime, now);
  return {
    url: upstream.origin,
    active: upstream.active,
    weight: upstream.weight,
    limit: ownLimit === Infinity ? null : ownLimit,
    draining: upstream.draining,
    health: health?.health ?? 'unchecked',
    ...(health && { checks: { ...health.results, latest: health.latest } }),
    ejection: {
      reason: ejected ? (lastEjection?.reason ?? null) : null,
      ends_in: ejected ? Math.max(0, (lastEjection?.until ?? now) - now) / 1000 : 0,
      totals: { ...upstream.ejections },
    },
    addresses: upstream.addresses.current.map(({ address }) => address),
    connections: { ...pool.stats(), retired: { ...pool.retired } },
    breaker: {
      state: breaker.state.name,
      consecutive_failures: breaker.consecutiveFailures,
      retry_in: retryInMs / 1000,
      opened_total: breaker.openedTotal,
    },
    first_byte: firstByte.percentiles(),
    service_time: serviceTime.percentiles(),
    ...(latest && { latest_answers: latest }),
  };
}
