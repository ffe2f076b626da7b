import type { Outcome } from '@spillway/contracts';
import type { RetryRefusal } from '@spillway/core';
import type { RouteSettings } from '../config/configuration.ts';
import { cutText } from '../observe/cut-text.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import { deadlineSource } from '../request/deadline-source.ts';
import type { Exchange } from '../request/exchange.ts';

/** Bounds on what is kept of one request: with 100 retries and URLs of 64 KiB it adds up. */
const keptAttempts = 20;
const keptUrlLength = 2048;
const keptDetailLength = 500;

/** One try. Instants are in ms of the proxy's clock; 0: did not happen. */
export interface KeptAttempt {
  readonly upstream: string;
  /** Of all that the request made. */
  readonly isFirst: boolean;
  /** Requests that the target was working on when it was begun. */
  readonly activeThere: number;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly status: number;
  readonly startedAt: number;
  readonly writtenAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
  readonly connectMs: number;
  /** All connections of the pool were busy at its start. */
  readonly waitedForConnection: boolean;
  /** In the queue before it and the ones before. */
  readonly queueWaitMs: number;
  /** Until the retry that it called for; -1: it called for none. */
  readonly retryDelayMs: number;
  readonly retryRefusal: RetryRefusal | null;
}

/** What is kept of one finished request. */
export interface KeptRequest {
  /** Counts up over all requests: which of two is newer. */
  readonly sequence: number;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly client: string;
  /** The route that it took; its service is '' where none did. */
  readonly rule: RouteSettings;
  /** How many its service had. */
  readonly targets: number;
  readonly status: number;
  readonly outcome: Outcome;
  readonly detail: string;
  /** Wall clock at the arrival, ms. */
  readonly receivedEpochMs: number;
  /** The same instant by the proxy's clock. */
  readonly receivedAt: number;
  readonly totalMs: number;
  readonly queueWaitMs: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly active: number;
  readonly queued: number;
  readonly limit: number;
  readonly queueLimit: number;
  /** The client had been sent the head of an upstream's answer. */
  readonly answerBegun: boolean;
  readonly interrupted: boolean;
  /** What kept the retry that was due from being made. */
  readonly retryRefusal: Outcome | null;
  /** Who set its deadline: `--request-timeout`, or the client's field; empty: there was none. */
  readonly deadlineSource: string;
  readonly attemptsMade: number;
  /** The last `keptAttempts` of them, in order. */
  readonly attempts: readonly KeptAttempt[];
}

/** When a request ended: its place among all, by the proxy's clock, and from that to the wall's. */
export interface Ending {
  readonly sequence: number;
  readonly now: number;
  readonly epochOffsetMs: number;
}

/** Whatever there is to keep, in objects of its own. */
export function keepRequest(exchange: Exchange, ending: Ending): KeptRequest {
  const { service, client, receivedAt } = exchange;
  const { permits } = service;
  return {
    sequence: ending.sequence,
    id: exchange.id,
    method: exchange.method,
    url: cutText(client.target, keptUrlLength),
    client: client.remoteAddress ?? '',
    rule: exchange.route.rule,
    targets: service.upstreams.all.length,
    status: exchange.status,
    outcome: exchange.outcome as Outcome,
    detail: cutText(exchange.detail, keptDetailLength),
    receivedEpochMs: receivedAt + ending.epochOffsetMs,
    receivedAt,
    totalMs: ending.now - receivedAt,
    queueWaitMs: exchange.queueWaitMs,
    bytesReceived: exchange.bytesReceived,
    bytesSent: exchange.bytesSent,
    active: service.active,
    queued: permits.queued,
    limit: permits.limit,
    queueLimit: permits.maxQueue,
    answerBegun: exchange.headBegun,
    interrupted: exchange.interrupted !== null,
    retryRefusal: exchange.retryRefusal,
    deadlineSource: deadlineSource(exchange),
    attemptsMade: exchange.attempts,
    attempts: keepAttempts(exchange.lastAttempt),
  };
}

function keepAttempts(last: AttemptRecord | null): KeptAttempt[] {
  const kept: KeptAttempt[] = [];
  for (let attempt = last; attempt !== null; attempt = attempt.previous) {
    if (kept.length === keptAttempts) break;
    kept.push(keepAttempt(attempt));
  }
  return kept.reverse();
}

function keepAttempt(attempt: AttemptRecord): KeptAttempt {
  const { retry } = attempt;
  return {
    upstream: attempt.upstream.origin,
    isFirst: attempt.previous === null,
    activeThere: attempt.activeThere,
    outcome: attempt.outcome,
    detail: cutText(attempt.detail, keptDetailLength),
    status: attempt.status,
    startedAt: attempt.startedAt,
    writtenAt: attempt.writtenAt,
    answeredAt: attempt.answeredAt,
    endedAt: attempt.endedAt,
    connectMs: attempt.connectMs,
    waitedForConnection: attempt.waitedForConnection,
    queueWaitMs: attempt.queueWaitMs,
    retryDelayMs: retry?.retry ? retry.delayMs : -1,
    retryRefusal: retry !== null && !retry.retry ? retry.reason : null,
  };
}
