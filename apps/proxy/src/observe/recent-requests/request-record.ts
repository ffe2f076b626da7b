import type { Outcome } from '@spillway/contracts';
import type { RetryRefusal } from '@spillway/core';
import type { Attempt } from '../../request/attempt.ts';
import type { Exchange } from '../../request/exchange.ts';
import { cutText } from './cut-text.ts';
import { KeptText } from './kept-text.ts';

/** Bounds on what is kept of one request: with 100 retries and URLs of 64 KiB it adds up. */
const keptAttempts = 20;
const keptUrlLength = 2048;
const keptDetailLength = 500;
/** request-id.ts lets no longer one in. */
const keptIdLength = 128;

/** One try, by its instants in ms of the proxy's clock. Filled again and again. */
class AttemptRecord {
  upstream = '';
  outcome: Outcome = 'ok';
  detail = '';
  status = 0;
  // NaN, so that V8 takes these for doubles from the first on and writes them in place.
  startedAt = Number.NaN;
  writtenAt = Number.NaN;
  answeredAt = Number.NaN;
  endedAt = Number.NaN;
  connectMs = Number.NaN;
  /** In the queue before it and the ones before. */
  queueWaitMs = Number.NaN;
  waitedForConnection = false;
  /** Until the retry that it called for; -1: it called for none. */
  retryDelayMs = -1;
  retryRefusal: RetryRefusal | null = null;

  fill(attempt: Attempt): void {
    const { retry } = attempt;
    this.upstream = attempt.upstream.origin;
    this.outcome = attempt.outcome;
    this.detail = cutText(attempt.detail, keptDetailLength);
    this.status = attempt.status;
    this.startedAt = attempt.startedAt;
    this.writtenAt = attempt.writtenAt;
    this.answeredAt = attempt.answeredAt;
    this.endedAt = attempt.endedAt;
    this.connectMs = attempt.connectMs;
    this.waitedForConnection = attempt.waitedForConnection;
    this.queueWaitMs = attempt.queueWaitMs;
    this.retryDelayMs = retry?.retry ? retry.delayMs : -1;
    this.retryRefusal = retry !== null && !retry.retry ? retry.reason : null;
  }
}

/** What is kept of one finished request. Filled again and again: fresh objects would cost collections. */
export class RequestRecord {
  /** Counts up over all requests: which of two is newer. */
  sequence = 0;
  method = '';
  client = '';
  status = 0;
  outcome: Outcome = 'ok';
  detail = '';
  /** Wall clock at the arrival, ms. */
  receivedEpochMs = Number.NaN;
  /** The same instant by the proxy's clock. */
  receivedAt = Number.NaN;
  totalMs = Number.NaN;
  queueWaitMs = Number.NaN;
  bytesReceived = 0;
  bytesSent = 0;
  active = 0;
  queued = 0;
  limit = 0;
  queueLimit = 0;
  /** The client had been sent the head of an upstream's answer. */
  answerBegun = false;
  interrupted = false;
  retryRefusal: Outcome | null = null;
  attemptsMade = 0;
  readonly #id = new KeptText(keptIdLength);
  readonly #url = new KeptText(keptUrlLength);
  readonly #attempts: AttemptRecord[] = [];

  get id(): string {
    return this.#id.toString();
  }

  get url(): string {
    return this.#url.toString();
  }

  /** The last `keptAttempts` of them, in order. */
  get attempts(): readonly AttemptRecord[] {
    return this.#attempts.slice(0, Math.min(this.attemptsMade, keptAttempts));
  }

  /** `epochOffsetMs`: from the proxy's clock to the wall's. */
  fill(exchange: Exchange, sequence: number, now: number, epochOffsetMs: number): void {
    const { gateway, request } = exchange;
    const { permits } = gateway;
    this.sequence = sequence;
    this.#id.set(exchange.id);
    this.method = exchange.method;
    this.#url.set(request.url as string);
    this.client = request.socket.remoteAddress ?? '';
    this.status = exchange.status;
    this.outcome = exchange.outcome as Outcome;
    this.detail = cutText(exchange.detail, keptDetailLength);
    this.receivedAt = exchange.receivedAt;
    this.receivedEpochMs = exchange.receivedAt + epochOffsetMs;
    this.totalMs = now - exchange.receivedAt;
    this.queueWaitMs = exchange.queueWaitMs;
    this.bytesReceived = exchange.bytesReceived;
    this.bytesSent = exchange.bytesSent;
    this.active = gateway.metrics.active;
    this.queued = permits.queued;
    this.limit = permits.limit;
    this.queueLimit = permits.maxQueue;
    this.answerBegun = exchange.headBegun;
    this.interrupted = exchange.interrupted !== null;
    this.retryRefusal = exchange.retryRefusal;
    this.attemptsMade = exchange.attempts;

    let attempt = exchange.lastAttempt;
    for (let i = Math.min(exchange.attempts, keptAttempts) - 1; attempt !== null && i >= 0; i--) {
      // Filled from the back; no place may be skipped, or the array becomes a sparse one.
      while (this.#attempts.length <= i) this.#attempts.push(new AttemptRecord());
      (this.#attempts[i] as AttemptRecord).fill(attempt);
      attempt = attempt.previous;
    }
  }
}
