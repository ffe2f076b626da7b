import { type AttemptStory, type Outcome, outcomes } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';

/** What an attempt is told from; instants are seconds after the request's arrival. */
export interface AttemptFacts extends Omit<AttemptStory, 'outcome'> {
  readonly outcome: Outcome;
  /** Spent in the queue just before it. */
  readonly queueWait: number;
  /** Until one of the pool's connections was free. */
  readonly poolWait: number;
  /** A retry was due after so long, and something ended the request before it. */
  readonly retryDue: number | null;
  /** The flag that bounds the silence before a response begins. */
  readonly firstByteFlag: string;
}

/** A shorter rest of an answer is not worth a word. */
const noticeable = 0.001;

/** One attempt and what followed from it. */
export function tellAttempt(attempt: AttemptFacts, number: number): string[] {
  const { backoff, not_retried: notRetried, retryDue } = attempt;
  const told = [`Attempt ${number} at ${attempt.upstream}: ${steps(attempt).join(', ')}.`];
  if (backoff !== null) told.push(`Paused for ${formatSeconds(backoff)}, then tried again.`);
  if (notRetried !== null) told.push(`Not tried again: ${notRetried}.`);
  if (retryDue !== null) told.push(`Another attempt was due after ${formatSeconds(retryDue)}.`);
  return told;
}

function steps(attempt: AttemptFacts): string[] {
  const { poolWait, connect, first_byte: firstByte, status } = attempt;
  const told: string[] = attempt.chosen === undefined ? [] : [attempt.chosen];
  if (poolWait > 0) {
    told.push(`waited ${formatSeconds(poolWait)} for a connection (--pool-maxsize)`);
  }
  if (connect !== null) {
    told.push(connect === 0 ? 'on an open connection' : `connected in ${formatSeconds(connect)}`);
  }
  if (firstByte !== null) told.push(`answered ${status} after ${formatSeconds(firstByte)}`);
  told.push(...ending(attempt));
  return told;
}

/** How the attempt ended, from where the steps before have led. */
function ending(attempt: AttemptFacts): string[] {
  const { outcome, first_byte: firstByte } = attempt;
  const detail = attempt.detail.replace(/\.$/, '');
  const lasted = formatSeconds(restOf(attempt));
  const answered = firstByte !== null;
  switch (outcome) {
    case 'ok':
    case 'upstream_error':
      return restOf(attempt) < noticeable || attempt.status === 101
        ? []
        : [`the rest within ${lasted}`];
    case 'connection_refused':
    case 'dns_error':
    case 'dns_timeout':
    case 'connection_timeout':
      return [`no connection after ${lasted}: ${detail}`];
    case 'connection_terminated':
      return [`the connection ended after ${lasted} without an answer: ${detail}`];
    case 'proxy_internal_error':
      return [`ended after ${lasted} by the proxy itself: ${detail}`];
    case 'http_protocol_error':
      return [`after ${lasted} came what can't be relayed: ${detail}`];
    case 'http_response_incomplete':
      return [`the answer broke off ${lasted} later: ${detail}`];
    case 'connection_read_timeout':
      return [
        answered
          ? `then silence; gave up ${lasted} after the first byte (--read-timeout)`
          : `nothing for ${lasted}, gave up (${attempt.firstByteFlag})`,
      ];
    case 'http_response_timeout':
    case 'client_gone':
    case 'client_error':
    case 'draining':
      return [
        answered ? `broken off ${lasted} later: ${detail}` : `given up after ${lasted}: ${detail}`,
      ];
    default:
      return [`ended after ${lasted}: ${detail || outcomes[outcome].title}`];
  }
}

/** Seconds from the last step that is told by itself to the end. */
function restOf({ started_at, ended_at, poolWait, connect, first_byte }: AttemptFacts): number {
  const told = poolWait + (connect ?? 0) + (first_byte ?? 0);
  return Math.max(0, ended_at - started_at - told);
}
