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
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Client, ClientOwner, Departure } from '../front/client.ts';
import { patienceOf } from '../service/admission/patience.ts';
import { kindOf } from '../service/admission/request-kind.ts';
import type { Route } from '../service/route.ts';
import type { Service } from '../service/service.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { ClientPace } from './client-pace.ts';
import { deadlinePassed } from './deadline-source.ts';
import type { Relay } from './relay.ts';
import { requestIdOf } from './request-id.ts';
import type { RequestSurroundings } from './surroundings.ts';

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

/**
 * One request of a client from its arrival until its answer is flushed or the client is gone: its
 * identity, what was measured of it, and what may interrupt it. As a timer it is the request's deadline.
 */
export class Exchange extends TimerEntry implements Course, ClientOwner {
  readonly instance: RequestSurroundings;
  /** The one that it took when it began, with its service; it keeps to both whatever is reloaded. */
  readonly route: Route;
  readonly service: Service;
  readonly settings: ProxyConfig;
  readonly client: Client;
  readonly id: string;
  readonly method: string;

  readonly receivedAt: number;
  /** Instant in ms of the proxy's clock, or Infinity. */
  readonly deadline: Deadline;
  /** Index of its class; a reload may number them anew. */
  priority: number;
  /** By its method and the shape of its target, 0 to 511. */
  readonly kind: number;
  /** In whose name it comes, or to which group of calls that take about as long it belongs. */
  readonly flow: Flow | null;

  attempts = 0;
  /** Leads to the ones before it. */
  lastAttempt: AttemptRecord | null = null;
  /** It has a place in the retry budget. */
  holdsRetry = false;
  quickRetries = 0;
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
  /** The client was given an upstream's head. */
  headBegun = false;
  /** The upstream's answer on its way to the client. */
  relay: Relay | null = null;
  /** Null: nobody asks how fast its client is. */
  pace: ClientPace | null = null;
  /** Status to answer a client_error with. */
  clientErrorStatus = 400;
  stage: Stage | null = null;
  #closed = false;
  #writtenWhenChecked = -1;
  #finished = false;

  constructor(instance: RequestSurroundings, route: Route, client: Client) {
    super();
    this.instance = instance;
    const { service } = route;
    this.route = route;
    this.service = service;
    this.settings = route.settings;
    this.client = client;
    this.id = requestIdOf(client);
    this.method = client.method;
    this.receivedAt = instance.wheel.now();

    const timeoutMs = timeoutOf(this.settings, client);
    this.deadline = deadlineAfter(this.receivedAt, timeoutMs);
    if (timeoutMs !== null) instance.wheel.schedule(this, timeoutMs);
    const key = service.classes.keyOf(client, instance.trustedProxies);
    this.priority = route.priority >= 0 ? route.priority : service.classes.priorityOf(client);
    this.kind = kindOf(client);
    this.flow = service.flowFor(key, this.kind);

    client.begin(this);
    service.requestStarted();
    instance.exchangeBegun(this);
  }

  get retryPolicy(): RetryPolicy {
    return this.route.retryPolicy;
  }

  get firstByteTimeoutMs(): number {
    return this.settings.firstByteTimeoutMs;
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
    const written = this.client.bytesWritten;
    if (written !== this.#writtenWhenChecked) {
      this.#watchFlush(written);
      return;
    }
    if (this.outcome === 'ok') {
      this.outcome = 'client_error';
      this.detail = 'the client stopped reading (--client-body-timeout)';
    }
    this.client.destroy();
  }

  /** The proxy's part is done; the exchange is over once the answer is flushed or the client gone. */
  settle(outcome: Outcome): void {
    this.outcome = outcome;
    if (this.client.halfClosed && this.detail === '') this.detail = endedItsSide;
    if (this.#closed) this.#finish();
    else this.#watchFlush(-1);
  }

  get settled(): boolean {
    return this.outcome !== null;
  }

  /** The answer is with the client, perhaps before we have settled. */
  onFlushed(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.outcome !== null) this.#finish();
  }

  onGone(how: Departure): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.outcome === null) {
      this.interrupt('client_gone', `the client ${this.#howItLeft(how)}`);
      return;
    }
    if (this.outcome === 'ok') {
      this.outcome = 'client_gone';
      this.detail = `the client ${this.#howItLeft(how)} before it had the whole response`;
    }
    this.#finish();
  }

  onDrain(): void {
    this.relay?.onDrain();
  }

  onBodyBrokenOff(): void {
    this.interrupt('client_gone', 'the client broke off its request body');
  }

  onBodyMalformed(status: number, reason: string): void {
    this.clientErrorStatus = status;
    this.interrupt('client_error', `the request body is malformed (${reason})`);
  }

  /** Its client keeps it from going on, and is slower at it than it may be. */
  clientTooSlow(status: number, detail: string): void {
    if (this.outcome === null) {
      this.clientErrorStatus = status;
      this.interrupt('client_error', detail);
      return;
    }
    if (this.outcome === 'ok') {
      this.outcome = 'client_error';
      this.detail = detail;
    }
    this.client.destroy();
  }

  /** A tunnel has no answer to flush: it is over when it is settled. */
  onTunnelClosed(): void {
    this.#closed = true;
  }

  /** A FIN alone does not tell a client that has left from one that still listens. */
  #howItLeft(how: Departure): string {
    if (this.client.halfClosed) return 'ended its sending side (--half-close answer) and then left';
    if (how === 'ended') return 'left, or closed its sending side (--half-close abort)';
    if (how === 'cancelled') return 'cancelled the request';
    return how === 'closed' ? 'closed the connection' : 'reset the connection';
  }

  #watchFlush(written: number): void {
    this.#writtenWhenChecked = written;
    this.instance.wheel.schedule(this, this.settings.clientBodyTimeoutMs);
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.relay?.drop();
    this.pace?.stop();
    this.instance.wheel.cancel(this);
    this.client.over();
    this.service.requestFinished(this);
    this.instance.exchangeOver(this);
  }
}

/** ms for the whole request; a client may say that it has less than everybody. Null: no limit. */
function timeoutOf(settings: ProxyConfig, client: Client): number | null {
  const { requestTimeoutMs, patienceHeaders } = settings;
  const patienceMs = patienceOf(client, patienceHeaders);
  if (patienceMs === null || requestTimeoutMs === null) return patienceMs ?? requestTimeoutMs;
  return Math.min(patienceMs, requestTimeoutMs);
}
