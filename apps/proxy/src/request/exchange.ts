import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Outcome } from '@spillway/contracts';
import {
  type Course,
  type Deadline,
  deadlineAfter,
  type Flow,
  type RetryPolicy,
  remaining,
  TimerEntry,
} from '@spillway/core';
import { patienceOf } from '../admission/patience.ts';
import { kindOf } from '../admission/request-kind.ts';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { Instance } from '../instance/instance.ts';
import type { Route } from '../service/route.ts';
import type { Service } from '../service/service.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { ClientResponse } from './client-response.ts';
import { deadlinePassed } from './deadline-source.ts';
import type { HeldAnswer } from './held-answer.ts';
import { requestIdOf } from './request-id.ts';

/** What a request is doing right now: waiting in line, at the upstream, or backing off. */
export interface Stage {
  readonly doing: 'queued' | 'attempt' | 'pause' | 'tunnel';
  /** End early: `exchange.interrupted` says why. Called at most once for a stage. */
  interrupt(): void;
}

/** Reasons from outside that end a request whatever it is doing. */
export type Interruption = Extract<
  Outcome,
  'client_gone' | 'client_error' | 'http_response_timeout' | 'draining'
>;

const endedItsSide = 'the client had ended its sending side (--half-close answer)';

/** Marks the connection with its latest exchange; `earlier` leads to the ones before it. */
export const exchangeOfSocket: unique symbol = Symbol('exchange');

/** The last request whose exchange was over before its body had come. */
export const unfinishedRequest: unique symbol = Symbol('unfinished request');

export type ClientSocket = Socket & {
  [exchangeOfSocket]?: Exchange | undefined;
  [unfinishedRequest]?: IncomingMessage;
};

/**
 * One request of a client from its arrival until its answer is flushed or the client is gone: its
 * identity, what was measured of it, and what may interrupt it. As a timer it is the request's deadline.
 */
export class Exchange extends TimerEntry implements Course {
  readonly instance: Instance;
  /** The one that it took when it began, with its service; it keeps to both whatever is reloaded. */
  readonly route: Route;
  readonly service: Service;
  readonly settings: ProxyConfig;
  readonly request: IncomingMessage;
  readonly response: ClientResponse;
  readonly id: string;
  readonly method: string;
  /** Bytes that followed the head of an upgrade request; null for all others. */
  readonly upgradeHead: Buffer | null;
  readonly expectsContinue: boolean;

  readonly receivedAt: number;
  /** Instant in ms of the proxy's clock, or Infinity. */
  readonly deadline: Deadline;
  /** Index of its class; a reload may number them anew. */
  priority: number;
  /** In whose name it comes. */
  readonly flow: Flow | null;

  attempts = 0;
  /** Leads to the ones before it. */
  lastAttempt: AttemptRecord | null = null;
  /** It has a place in the retry budget. */
  holdsRetry = false;
  /** The failure that a retry is to mend. */
  lastFailure: Outcome | null = null;
  /** What kept the retry that was due from being made. */
  retryRefusal: Outcome | null = null;
  upstream = '';
  status = 0;
  queueWaitMs = 0;
  /** -1: did not happen. */
  connectMs = -1;
  firstByteMs = -1;
  bodyMs = -1;
  bytesReceived = 0;
  bytesSent = 0;

  outcome: Outcome | null = null;
  /** What went wrong, for the problem answer and the log. */
  detail = '';
  interrupted: Interruption | null = null;
  /** node:http was given an upstream's head; had it thrown, the response could carry no other. */
  headBegun = false;
  /** The answer under way ends with its connection: cutting it has to look different. */
  endDelimited = false;
  /** What of the answer waits for its client. */
  heldAnswer: HeldAnswer | null = null;
  /** The client has ended its sending side and is served all the same (`--half-close answer`). */
  halfClosed = false;
  /** Status to answer a client_error with. */
  clientErrorStatus = 400;
  stage: Stage | null = null;
  /** The one before it on its connection, while that is not over: requests may be pipelined. */
  earlier: Exchange | null;
  #closed = false;
  #writtenWhenChecked = -1;
  #finished = false;

  constructor(
    instance: Instance,
    route: Route,
    request: IncomingMessage,
    response: ClientResponse,
    expectsContinue: boolean,
    upgradeHead: Buffer | null,
  ) {
    super();
    this.instance = instance;
    const { service } = route;
    this.route = route;
    this.service = service;
    this.settings = route.settings;
    this.request = request;
    this.response = response;
    this.id = requestIdOf(request);
    this.method = request.method as string;
    this.expectsContinue = expectsContinue;
    this.upgradeHead = upgradeHead;
    this.receivedAt = instance.wheel.now();

    const timeoutMs = timeoutOf(this.settings, request);
    this.deadline = deadlineAfter(this.receivedAt, timeoutMs);
    if (timeoutMs !== null) instance.wheel.schedule(this, timeoutMs);
    const key = service.classes.keyOf(request, instance.trustedProxies);
    this.priority = route.priority >= 0 ? route.priority : service.classes.priorityOf(request);
    this.flow = key === null ? null : service.permits.flow(key);

    response.exchange = this;
    response.on('close', onResponseClose);
    const socket = request.socket as ClientSocket;
    this.earlier = socket[exchangeOfSocket] ?? null;
    socket[exchangeOfSocket] = this;
    service.requestStarted();
    instance.exchanges.add(this);
    instance.events.emit('request_started', this);
  }

  get kind(): number {
    return kindOf(this.request);
  }

  get retryPolicy(): RetryPolicy {
    return this.route.retryPolicy;
  }

  get readTimeoutMs(): number {
    return this.settings.readTimeoutMs;
  }

  /** Time left until the deadline, ms; Infinity without one. */
  remainingMs(): number {
    return remaining(this.deadline, this.instance.wheel.now());
  }

  interrupt(reason: Interruption, detail: string): void {
    if (this.interrupted !== null || this.outcome !== null) return;
    this.interrupted = reason;
    this.detail = detail;
    this.stage?.interrupt();
  }

  /** The deadline, or, once settled, a client that doesn't take the rest of its answer. */
  override onExpire(): void {
    if (this.outcome === null) {
      this.interrupt('http_response_timeout', deadlinePassed(this));
      return;
    }
    const written = this.request.socket.bytesWritten;
    if (written !== this.#writtenWhenChecked) {
      this.#watchFlush(written);
      return;
    }
    if (this.outcome === 'ok') {
      this.outcome = 'client_error';
      this.detail = 'the client stopped reading (--client-body-timeout)';
    }
    this.response.destroy();
  }

  /** The proxy's part is done; the exchange is over once the answer is flushed or the client gone. */
  settle(outcome: Outcome): void {
    this.outcome = outcome;
    if (this.halfClosed && this.detail === '') this.detail = endedItsSide;
    if (this.#closed) this.#finish();
    else this.#watchFlush(-1);
  }

  /** The connection is gone, or the answer is with the client. */
  onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.outcome === null) {
      // Node reports the end of a flushed answer in the same way, and before we have settled.
      if (!this.response.writableFinished) {
        this.interrupt('client_gone', `the client ${this.#howItLeft()}`);
      }
      return;
    }
    if (this.outcome === 'ok' && !this.response.writableFinished) {
      this.outcome = 'client_gone';
      this.detail = `the client ${this.#howItLeft()} before it had the whole response`;
    }
    this.#finish();
  }

  /** A tunnel has no answer to flush: it is over when it is settled. */
  onTunnelClosed(): void {
    this.#closed = true;
  }

  /** A FIN alone does not tell a client that has left from one that still listens. */
  #howItLeft(): string {
    const { readableEnded, errored } = this.request.socket;
    if (this.halfClosed) return 'ended its sending side (--half-close answer) and then left';
    if (readableEnded) return 'left, or closed its sending side (--half-close abort)';
    return errored === null ? 'closed the connection' : 'reset the connection';
  }

  #watchFlush(written: number): void {
    this.#writtenWhenChecked = written;
    this.instance.wheel.schedule(this, this.settings.clientBodyTimeoutMs);
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.heldAnswer?.drop();
    this.instance.wheel.cancel(this);
    unlink(this);
    this.instance.exchanges.delete(this);
    this.service.requestFinished(this);
    this.instance.events.emit('request_finished', this);
  }
}

/** ms for the whole request; a client may say that it has less than everybody. Null: no limit. */
function timeoutOf(settings: ProxyConfig, { headers }: IncomingMessage): number | null {
  const { requestTimeoutMs, patienceHeaders } = settings;
  const patienceMs = patienceOf(headers, patienceHeaders);
  if (patienceMs === null || requestTimeoutMs === null) return patienceMs ?? requestTimeoutMs;
  return Math.min(patienceMs, requestTimeoutMs);
}

/** Every exchange of the connection that is not over, the latest first. */
export function exchangesOf(socket: ClientSocket): Exchange[] {
  const exchanges: Exchange[] = [];
  let exchange = socket[exchangeOfSocket] ?? null;
  for (; exchange !== null; exchange = exchange.earlier) exchanges.push(exchange);
  return exchanges;
}

/** A pipelined response has no socket yet and would never hear that the client left. */
export function onConnectionClosed(socket: ClientSocket): void {
  for (const exchange of exchangesOf(socket)) {
    if (exchange.response.socket === null && exchange.upgradeHead === null) exchange.onClose();
  }
}

function unlink(over: Exchange): void {
  const socket = over.request.socket as ClientSocket;
  if (!over.request.complete) socket[unfinishedRequest] = over.request;
  if (socket[exchangeOfSocket] === over) {
    // `delete` would turn the socket into a dictionary: all that touches it then costs more, an eighth of a request.
    socket[exchangeOfSocket] = over.earlier ?? undefined;
    return;
  }
  const later = exchangesOf(socket).find(({ earlier }) => earlier === over);
  if (later !== undefined) later.earlier = over.earlier;
}

function onResponseClose(this: ClientResponse): void {
  this.exchange?.onClose();
}
