import type { Socket } from 'node:net';
import { breakerFailureStatuses, type Outcome } from '@spillway/contracts';
import type { RetryDecision, Ticket } from '@spillway/core';
import type { Dispatcher } from 'undici';
import type { Connection } from '../upstream/connection.ts';
import type { ConnectionTaker } from '../upstream/connection-pool.ts';
import type { Pick } from '../upstream/upstreams.ts';
import { findHeadFault } from './answer-head-fault.ts';
import { AttemptRecord } from './attempt-record.ts';
import { classifyError } from './classify-error.ts';
import { decideRetry, retryAfterOf } from './decide-retry.ts';
import { dispatchAsterisk } from './dispatch-asterisk.ts';
import type { Exchange, Stage } from './exchange.ts';
import { findField, type RawFields } from './raw-fields.ts';
import { Relay, type RelayOwner } from './relay.ts';
import { relayInterim } from './relay-interim.ts';
import { hostValue } from './request-fields.ts';
import { type SilenceOwner, SilenceWatch } from './silence-watch.ts';
import { tellTimeLeft } from './time-left.ts';
import { runTunnel } from './tunnel.ts';
import type { UpstreamRequest } from './upstream-request.ts';

/** An answer that will be retried is read to its end to save the connection, up to this much. */
const discardLimitBytes = 64 * 1024;
const discardLimitMs = 1000;

const aborted = new Error('aborted by the proxy');
const brokenOff = new Error('the upstream reset the connection within its answer');

/**
 * One try at one upstream: takes a connection, dispatches, relays the answer or decides that another
 * try is due. It ends exactly once, when the exchange with the upstream is torn down.
 */
export class Attempt
  extends AttemptRecord
  implements Stage, ConnectionTaker, RelayOwner, SilenceOwner, Dispatcher.DispatchHandler
{
  readonly #exchange: Exchange;
  readonly #ticket: Ticket;
  readonly #outgoing: UpstreamRequest;
  readonly #silence: SilenceWatch;
  #resolve: (() => void) | null = null;
  #connection: Connection | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #relay: Relay | null = null;
  #failure: { outcome: Outcome; detail: string } | null = null;
  /** -1: the answer is not being discarded. */
  #discardedBytes = -1;
  #relayed = false;
  /** The whole request is with the upstream. */
  #sent = false;

  constructor(exchange: Exchange, pick: Pick, outgoing: UpstreamRequest) {
    super(pick.upstream, exchange);
    this.#exchange = exchange;
    this.#ticket = pick.ticket;
    this.#outgoing = outgoing;
    this.#silence = new SilenceWatch(exchange.instance.wheel, this);
  }

  get doing() {
    return 'attempt' as const;
  }

  run(): Promise<void> {
    this.#exchange.attempts += 1;
    this.#exchange.lastAttempt = this;
    this.#exchange.upstream = this.upstream.origin;
    this.#exchange.stage = this;
    this.upstream.active += 1;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.upstream.pool.take(this);
      this.waitedForConnection = this.#connection === null && this.#resolve !== null;
    });
  }

  /** The client has the whole answer of the upstream, or will have once it has read it. */
  get relayed(): boolean {
    return this.#relayed;
  }

  /** Whether any byte of the request may have reached the upstream. */
  get written(): boolean {
    return this.#controller !== null;
  }

  /** Given up while the upstream had it all and had not answered: it may go on working. */
  get leftAtWork(): boolean {
    if (!this.#sent || this.answeredAt > 0) return false;
    return this.outcome === 'connection_read_timeout' || this.#exchange.interrupted !== null;
  }

  interrupt(): void {
    if (this.#connection === null) {
      this.upstream.pool.forget(this);
      this.#end(this.#exchange.interrupted ?? 'client_gone');
    } else {
      this.#abort();
    }
  }

  onConnection(connection: Connection): void {
    const { path, host, fields, body, upgrade } = this.#outgoing;
    const { method } = this.#exchange;
    this.#connection = connection;
    fields[hostValue] = host ?? this.upstream.authority;
    tellTimeLeft(this.#exchange, fields);
    this.#exchange.instance.tracing?.inject(this.#exchange, fields);
    const { base } = this.upstream;
    const options: Dispatcher.DispatchOptions = {
      path: base === '' ? path : base + path,
      method: method as Dispatcher.HttpMethod,
      headers: fields,
      body: (body?.source(connection) ?? null) as Buffer | null,
      upgrade,
      // undici would close the connection after every HEAD.
      ...(method === 'HEAD' ? { reset: false } : null),
    };
    if (path === '*') dispatchAsterisk(connection, options, this);
    else connection.dispatch(options, this);
  }

  // From here on: undici's calls, in the order in which they come.

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.writtenAt = this.#exchange.instance.wheel.now();
    this.connectMs = (this.#connection as Connection).connectMs;
    this.#exchange.connectMs = this.connectMs;
    this.#silence.start(this.#exchange.settings.readTimeoutMs);
  }

  onBodySent(): void {
    this.#silence.touch();
  }

  onRequestSent(): void {
    this.#sent = true;
    this.#silence.touch();
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    upstreamSocket: unknown,
  ): void {
    this.#silence.stop();
    this.#answered(status);
    const raw = controller.rawHeaders as unknown as RawFields;
    const tunnel = runTunnel(this.#exchange, raw, upstreamSocket as Socket);
    const connection = this.#connection as Connection;
    this.#connection = null;
    tunnel.then(() => {
      this.#relayed = true;
      this.#end(this.#exchange.interrupted ?? 'ok');
      this.upstream.pool.discard(connection, aborted);
    });
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusMessage?: string,
  ): void {
    const raw = controller.rawHeaders as unknown as RawFields;
    const fault = findHeadFault(status, raw);
    if (fault !== null) {
      this.#fail('http_protocol_error', `${this.upstream.origin} answered ${fault}`);
      return;
    }
    if (status < 200) {
      this.#silence.touch();
      relayInterim(this.#exchange, status, raw);
      return;
    }
    if (breakerFailureStatuses.has(status)) this.retryAfterMs = retryAfterOf(raw) ?? 0;
    this.#answered(status);
    this.#hearCapacity(raw);
    if (status >= 500 || status === 429 || this.#exchange.settings.retryOn.includes(status)) {
      this.retry = this.#decideRetry('upstream_error', raw);
      if (this.retry.retry) {
        this.#discard();
        return;
      }
    }
    this.#relay = new Relay(this.#exchange, controller, this, status, statusMessage ?? '', raw);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#silence.touch();
    if (this.#relay !== null) {
      this.#relay.write(chunk);
      return;
    }
    this.#discardedBytes += chunk.length;
    if (this.#discardedBytes > discardLimitBytes) controller.abort(aborted);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const connection = this.#connection as Connection;
    // undici takes a reset for the end of an answer that its connection delimits (RFC 9112 section 8).
    if (connection.broken) {
      this.onResponseError(controller, brokenOff);
      return;
    }
    this.#connection = null;
    if (this.#relay !== null) {
      this.#exchange.bodyMs = this.#exchange.instance.wheel.now() - this.answeredAt;
      this.#relayed = true;
      this.#relay.end(controller.rawTrailers as unknown as RawFields | null);
    }
    this.#end(this.status >= 500 || this.retry?.retry ? 'upstream_error' : 'ok');
    this.upstream.pool.giveBack(connection);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    const exchange = this.#exchange;
    this.upstream.pool.discard(connection, aborted);

    if (exchange.interrupted !== null) {
      this.#end(exchange.interrupted);
    } else if (this.#discardedBytes >= 0) {
      this.#end('upstream_error');
    } else {
      const outcome = this.#failure?.outcome ?? classifyError(error, this.#relay !== null);
      exchange.detail = this.#failure?.detail ?? error.message;
      if (this.#relay === null) this.retry = this.#decideRetry(outcome, null);
      this.#end(outcome);
    }
  }

  /** The upstream, or the client that doesn't read, has been silent for too long. */
  onSilence(): void {
    const { readTimeoutMs } = this.#exchange.settings;
    if (this.#discardedBytes >= 0) {
      this.#abort();
    } else if (this.#relay?.paused) {
      const detail = 'the client stopped reading (--client-body-timeout)';
      this.#exchange.interrupt('client_error', detail);
    } else if (this.#outgoing.body?.scheduled) {
      // A client that owes us bytes has its own time limit: the upstream waits for it like we do.
      this.#silence.start(readTimeoutMs);
    } else {
      const limit = `for ${readTimeoutMs / 1000} s (--read-timeout)`;
      this.#fail('connection_read_timeout', `nothing from ${this.upstream.origin} ${limit}`);
    }
  }

  /** The relay has stopped reading for a slow client, or goes on. */
  onPauseChange(paused: boolean): void {
    const { clientBodyTimeoutMs, readTimeoutMs } = this.#exchange.settings;
    this.#silence.start(paused ? clientBodyTimeoutMs : readTimeoutMs);
  }

  #answered(status: number): void {
    const exchange = this.#exchange;
    const now = exchange.instance.wheel.now();
    this.answeredAt = now;
    this.#silence.touch();
    this.status = status;
    exchange.status = status;
    exchange.firstByteMs = now - this.writtenAt;
    this.upstream.firstByte.record(exchange.firstByteMs);
    this.upstream.remainingWork.answered(exchange.firstByteMs);
    this.upstream.breaker.answered(this.#ticket);
    // A probe is judged at the first byte: a stream of minutes must not keep the breaker half-open.
    if (this.upstream.breaker.state.name === 'half_open') {
      const failed = breakerFailureStatuses.has(status);
      this.upstream.breaker.settle(this.#ticket, failed ? 'failure' : 'success', this.retryAfterMs);
    }
  }

  #hearCapacity(raw: RawFields): void {
    const { settings, statedCapacity } = this.#exchange.service;
    if (settings.capacityHeader === null) return;
    statedCapacity.hear(this.upstream, findField(raw, settings.capacityHeader) ?? undefined);
  }

  /** With nothing relayed yet; `raw` when it is an answer that may be put aside. */
  #decideRetry(outcome: Outcome, raw: RawFields | null): RetryDecision {
    return decideRetry(this.#exchange, this.upstream, this.#outgoing.body, {
      outcome,
      status: this.status,
      written: this.written,
      raw,
    });
  }

  #discard(): void {
    this.#discardedBytes = 0;
    this.#exchange.detail = `${this.upstream.origin} answered ${this.status}`;
    this.#silence.start(discardLimitMs);
  }

  #fail(outcome: Outcome, detail: string): void {
    this.#failure = { outcome, detail };
    this.#abort();
  }

  #abort(): void {
    if (this.#controller !== null) this.#controller.abort(aborted);
    else if (this.#connection !== null) this.upstream.pool.discard(this.#connection, aborted);
  }

  #end(outcome: Outcome): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#resolve = null;
    this.outcome = outcome;
    this.endedAt = this.#exchange.instance.wheel.now();
    // An answer speaks for itself, and what is there may be about the attempt before.
    if (outcome !== 'ok' && outcome !== 'upstream_error') this.detail = this.#exchange.detail;
    this.upstream.active -= 1;
    if (this.leftAtWork) this.upstream.remainingWork.cut(this.endedAt - this.writtenAt);
    this.#exchange.stage = null;
    this.#silence.stop();
    resolve();
  }
}
