import { parseRetryAfter } from '@spillway/core';
import { findField, type RawFields } from '../http/raw-fields.ts';
import type { Upstream } from '../service/upstream/upstream.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { Exchange } from './exchange.ts';
import { tellsLoop } from './loop.ts';

/** What a failure's head says of it: that the request came back to a proxy, and how long to stay away. */
export function noteFailure(
  exchange: Exchange,
  attempt: AttemptRecord,
  status: number,
  raw: RawFields,
): void {
  if (status < 400) return;
  attempt.looped = tellsLoop(status, raw);
  if (attempt.looped) {
    exchange.detail = `a proxy behind ${attempt.upstream.origin} had the request before`;
    return;
  }
  const value = findField(raw, 'retry-after');
  attempt.retryAfterMs = value === null ? null : parseRetryAfter(value, Date.now());
}

/** How much an upstream says that it takes (`--capacity-header`). */
export function noteCapacity({ service }: Exchange, upstream: Upstream, raw: RawFields): void {
  const { capacityHeader } = service.settings;
  // A target that was taken out has nothing to give any more.
  if (capacityHeader === null || !service.upstreams.all.includes(upstream)) return;
  service.statedCapacity.hear(upstream, findField(raw, capacityHeader) ?? undefined);
}
