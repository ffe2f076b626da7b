import type {
  Health,
  MetricsSnapshot,
  RequestList,
  RequestStory,
  RequestUnderWay,
} from '@spillway/contracts';
import { type Answer, failureOfError, failureOfStatus, parseAnswer } from './answer.ts';
import { ownUrl } from './own-url.ts';

const patienceMs = 5_000;

export const askMetrics = () =>
  ask<MetricsSnapshot>('proxy-metrics', [
    'limits',
    'admission',
    'metrics',
    'upstreams',
    'process',
    'config',
  ]);

/** Also a proxy that is unhealthy or draining tells of itself, with 503. */
export const askHealth = () => ask<Health>('proxy-health', ['status', 'findings'], [503]);

/** The latest failures, of one service and with one outcome where that is asked for; '': whatever it is. */
export function askFailures({ outcome, service, limit }: FailuresAsked) {
  const query = new URLSearchParams({ limit: String(limit) });
  if (outcome !== '') query.set('outcome', outcome);
  if (service !== null) query.set('service', service);
  return ask<RequestList>(`proxy-why?${query}`, ['requests']);
}

interface FailuresAsked {
  readonly outcome: string;
  readonly service: string | null;
  readonly limit: number;
}

/** 202 is that of a request without an end yet. */
export const askStory = (id: string) =>
  ask<RequestStory | RequestUnderWay>(
    `proxy-why/${encodeURIComponent(id)}`,
    ['id', 'attempts', 'told'],
    [202],
  );

async function ask<T>(
  name: string,
  has: readonly (keyof T & string)[],
  alsoFine: readonly number[] = [],
): Promise<Answer<T>> {
  try {
    const response = await fetch(ownUrl(name, location), {
      headers: { accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    const failed = alsoFine.includes(response.status) ? null : failureOfStatus(response.status);
    return failed ?? parseAnswer<T>(text, has);
  } catch (error) {
    return failureOfError(error);
  }
}
