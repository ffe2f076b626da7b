import type { Outcome } from '@spillway/contracts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { KeptAttempt, KeptRequest } from './kept-request.ts';

/** Why the last attempt, which failed, was the last; null when it did not fail or something from outside ended it. */
export function whyNotRetried(
  request: KeptRequest,
  attempt: KeptAttempt,
  config: ProxyConfig,
): string | null {
  if (attempt.outcome === 'ok' || request.interrupted) return null;
  if (attempt.retryRefusal !== null) return refusalText(request, attempt, config);
  if (request.retryRefusal !== null) return noPlaceText(request.retryRefusal);
  const broke = attempt.outcome !== 'upstream_error';
  return request.answerBegun && broke ? 'part of the answer was with the client already' : null;
}

function refusalText(
  { method, attemptsMade, deadlineSource }: KeptRequest,
  attempt: KeptAttempt,
  config: ProxyConfig,
): string {
  switch (attempt.retryRefusal as NonNullable<typeof attempt.retryRefusal>) {
    case 'outcome':
      return unsafeOutcomeText(attempt, config);
    case 'method':
      return `${method} is not idempotent, and the upstream may have acted on it`;
    case 'written':
      return `a byte of the ${method} had been sent, and the upstream may have acted on it`;
    case 'body':
      return 'the body was not held for another time (--retry-body-limit)';
    case 'attempts':
      return config.maxRetries === 0
        ? 'retries are off (--max-retries 0)'
        : `${attemptsMade} attempts are all there may be (--max-retries ${config.maxRetries}${attemptsMade > config.maxRetries + 1 ? ', and --quick-retries' : ''})`;
    case 'deadline':
      return deadlineSource === ''
        ? 'the upstream asked for a longer pause than is waited for (Retry-After)'
        : `too little time was left (${deadlineSource})`;
    case 'budget':
      return config.retryBudget === 0
        ? 'retries are off (--retry-budget 0%)'
        : 'too many retries were under way or had just been (--retry-budget)';
  }
}

function unsafeOutcomeText({ outcome, status }: KeptAttempt, { retryOn }: ProxyConfig): string {
  switch (outcome) {
    case 'upstream_error':
      return retryOn.length === 0
        ? `of answers only 502, 503 and 504 are retried, not ${status}`
        : `of answers only 502, 503, 504 and those of --retry-on are retried, not ${status}`;
    case 'connection_read_timeout':
      return 'a silent upstream may still be at work (--retry-on-timeout)';
    case 'http_protocol_error':
      return 'a response that cannot be relayed would come again';
    default:
      return 'this is not mended by another attempt';
  }
}

/** A retry was due, and there was no place for it. */
function noPlaceText(refusal: Outcome): string {
  switch (refusal) {
    case 'breaker_open':
      return 'meanwhile the breaker of every upstream had opened';
    case 'queue_full':
      return 'the queue was full (--max-queue-size)';
    case 'queue_timeout':
      return 'no permit came free in time (--queue-timeout)';
    case 'deadline_unreachable':
      return 'its turn would have come too late';
    case 'overloaded':
      return 'the upstream could not keep up, and it had waited for more than a moment';
    case 'displaced':
      return 'its place in the queue went to a request with more right to it';
    case 'key_limit':
      return 'its key had as many requests at once as one may have (--max-per-key)';
    default:
      return `it was refused a permit (${refusal})`;
  }
}
