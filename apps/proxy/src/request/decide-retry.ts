import type { Outcome } from '@spillway/contracts';
import { parseRetryAfter, type RetryDecision } from '@spillway/core';
import type { Upstream } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import { findField, type RawFields } from './raw-fields.ts';
import type { RequestBody } from './request-body.ts';

/** How an attempt failed. */
interface FailedAttempt {
  readonly outcome: Outcome;
  /** 0 when no answer came. */
  readonly status: number;
  /** Any byte of the request reached the connection. */
  readonly written: boolean;
  /** The fields of the answer; null without one. */
  readonly raw: RawFields | null;
}

/**
 * Puts the facts before the policy. A yes has taken a place in the retry budget: the one that the attempt
 * had when it was a retry itself, as it is over. Were that still held, the last of many would block itself.
 */
export function decideRetry(
  exchange: Exchange,
  upstream: Upstream,
  body: RequestBody | null,
  failed: FailedAttempt,
): RetryDecision {
  const { service, route, method, attempts } = exchange;
  endRetry(exchange);
  const decision = route.retryPolicy.decide(
    {
      outcome: failed.outcome,
      status: failed.status,
      method,
      attempt: attempts,
      requestWritten: failed.written,
      bodyReplayable: body === null || body.replayable,
      retryAfterMs: failed.raw === null ? null : retryAfterOf(failed.raw),
      remainingMs: exchange.remainingMs(),
      medianServiceMs: upstream.firstByte.medianMs(),
    },
    // Those in backoff hold no permit, but they are under way.
    service.active,
  );
  exchange.holdsRetry = decision.retry;
  return decision;
}

/** Gives back the exchange's place in the retry budget, if it has one. */
export function endRetry(exchange: Exchange): void {
  if (exchange.holdsRetry) exchange.service.retryBudget.end();
  exchange.holdsRetry = false;
}

/** ms; null where the upstream doesn't say. */
export function retryAfterOf(raw: RawFields): number | null {
  const value = findField(raw, 'retry-after');
  return value === null ? null : parseRetryAfter(value, Date.now());
}
