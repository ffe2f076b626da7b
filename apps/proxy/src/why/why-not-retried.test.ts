import type { Outcome } from '@spillway/contracts';
import type { RetryRefusal } from '@spillway/core';
import { expect, it } from 'vitest';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { KeptAttempt, KeptRequest } from './kept-request.ts';
import { whyNotRetried } from './why-not-retried.ts';

interface Refused {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly reason?: RetryRefusal;
  readonly noPlace?: Outcome;
  readonly interrupted?: boolean;
  readonly answerBegun?: boolean;
  readonly maxRetries?: number;
  readonly retryBudget?: number;
  readonly deadlineSource?: string;
  readonly retryOn?: readonly number[];
}

function why(refused: Refused): string | null {
  const { outcome, status = 0, reason = null, noPlace = null } = refused;
  const { interrupted = false, answerBegun = false } = refused;
  const request = {
    method: 'POST',
    attemptsMade: 3,
    interrupted,
    answerBegun,
    retryRefusal: noPlace,
    deadlineSource: refused.deadlineSource ?? '',
  };
  return whyNotRetried(
    request as unknown as KeptRequest,
    { outcome, status, retryRefusal: reason } as KeptAttempt,
    {
      maxRetries: refused.maxRetries ?? 2,
      retryBudget: refused.retryBudget ?? 0.2,
      retryOn: refused.retryOn ?? [],
    } as unknown as ProxyConfig,
  );
}

it.each<[Refused, string | null]>([
  [{ outcome: 'ok' }, null],
  [{ outcome: 'client_gone', interrupted: true, answerBegun: true }, null],
  [{ outcome: 'upstream_error', status: 503, answerBegun: true }, null],
  [
    { outcome: 'upstream_error', status: 500, reason: 'outcome' },
    'of answers only 502, 503 and 504 are retried, not 500',
  ],
  [
    { outcome: 'upstream_error', status: 500, reason: 'outcome', retryOn: [507] },
    'of answers only 502, 503, 504 and those of --retry-on are retried, not 500',
  ],
  [
    { outcome: 'connection_read_timeout', reason: 'outcome' },
    'a silent upstream may still be at work (--retry-on-timeout)',
  ],
  [
    { outcome: 'http_protocol_error', reason: 'outcome' },
    'a response that cannot be relayed would come again',
  ],
  [{ outcome: 'client_error', reason: 'outcome' }, 'this is not mended by another attempt'],
  [
    { outcome: 'upstream_error', status: 503, reason: 'budget', retryBudget: 0 },
    'retries are off (--retry-budget 0%)',
  ],
  [
    { outcome: 'upstream_error', status: 503, reason: 'method' },
    'POST is not idempotent, and the upstream may have acted on it',
  ],
  [
    { outcome: 'connection_terminated', reason: 'written' },
    'a byte of the POST had been sent, and the upstream may have acted on it',
  ],
  [
    { outcome: 'connection_refused', reason: 'body' },
    'the body was not held for another time (--retry-body-limit)',
  ],
  [
    { outcome: 'connection_refused', reason: 'attempts' },
    '3 attempts are all there may be (--max-retries 2)',
  ],
  [
    { outcome: 'connection_refused', reason: 'attempts', maxRetries: 0 },
    'retries are off (--max-retries 0)',
  ],
  [
    { outcome: 'upstream_error', status: 503, reason: 'deadline' },
    'the upstream asked for a longer pause than is waited for (Retry-After)',
  ],
  [
    {
      ...{ outcome: 'upstream_error', status: 503, reason: 'deadline' },
      deadlineSource: '--request-timeout',
    },
    'too little time was left (--request-timeout)',
  ],
  [
    {
      ...{ outcome: 'upstream_error', status: 503, reason: 'deadline' },
      deadlineSource: 'grpc-timeout',
    },
    'too little time was left (grpc-timeout)',
  ],
  [
    { outcome: 'connection_refused', reason: 'budget' },
    'too many retries were under way or had just been (--retry-budget)',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'breaker_open' },
    'meanwhile the breaker of every upstream had opened',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'queue_full' },
    'the queue was full (--max-queue-size)',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'queue_timeout' },
    'no permit came free in time (--queue-timeout)',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'deadline_unreachable' },
    'its turn would have come too late',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'overloaded' },
    'the upstream could not keep up, and it had waited for more than a moment',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'displaced' },
    'its place in the queue went to a request with more right to it',
  ],
  [
    { outcome: 'connection_refused', noPlace: 'key_limit' },
    'its key had as many requests at once as one may have (--max-per-key)',
  ],
  [
    { outcome: 'http_response_incomplete', answerBegun: true },
    'part of the answer was with the client already',
  ],
])('%j: %s', (refused, expected) => {
  expect(why(refused)).toBe(expected);
});
