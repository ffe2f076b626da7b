import type { Socket } from 'node:net';
import type { Outcome } from '@spillway/contracts';
import { outcomeOfResponse } from '@spillway/core';
import type {
  Connection,
  ResponseController,
  ResponseHandler,
} from '../service/upstream/connection.ts';
import type { ConnectionTaker } from '../service/upstream/connection-pool.ts';
import type { PickedTarget } from '../service/upstream/upstreams.ts';
import { findHeadFault } from './answer-head-fault.ts';
import { AttemptRecord } from './attempt-record.ts';
import { AttemptSilence } from './attempt-silence.ts';
import { classifyError, type Failure } from './classify-error.ts';
import { DiscardedResponse } from './discarded-response.ts';
import type { Exchange, Stage } from './exchange.ts';
import { noteCapacity, noteFailure } from './note-response-head.ts';
import { Relay } from './relay.ts';
import { hostValue } from './request-fields.ts';
import { interimFields } from './response-fields.ts';
import { tellTimeLeft } from './time-left.ts';
import { runTunnel } from './tunnel.ts';
import type { UpstreamRequest } from './upstream-request.ts';

const aborted = new Error('aborted by the proxy');

/**
 * One try at one upstream: takes a connection, dispatches, relays the answer or decides that another
 * try is due. It ends exactly once, when the exchange with the upstream is torn down.
 */
export class Attempt extends AttemptRecord implements Stage, ConnectionTaker, ResponseHandler {
  readonly #exchange: Exchange;
  readonly #outgoing: UpstreamRequest;
  readonly #silence: AttemptSilence;
  #resolve: (() => void) | null = null;
  #connection: Connection | null = null;
  #controller: ResponseController | null = null;
  #relay: Relay | null = null;
  #failure: Failure | null = null;
  #discarded: DiscardedResponse | null = null;
  #relayed = false;

  constructor(exchange: Exchange, pick: PickedTarget, outgoing: UpstreamRequest) {
    super(pick, exchange);
    this.#exchange = exchange;
    this.#outgoing = outgoing;
    this.#silence = new AttemptSilence(this, exchange, outgoing.body);
  }

  get doing() {
    return 'attempt' as const;
  }

  run(): Promise<void> {
    this.#exchange.attempts += 1;
    // What went wrong with the attempt before is told there, and is not this one's.
    this.#exchange.detail = '';
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

  interrupt(): void {
    if (this.#connection === null) {
      this.upstream.pool.forget(this);
      this.#end(this.#exchange.interrupted ?? 'client_gone');
    } else {
      this.abort();
    }
  }

  /** Breaks it off for this reason. */
  fail(failure: Failure): void {
    this.#failure = failure;
    this.abort();
  }

  /** Breaks it off; why, the failure says, or the exchange's interruption. */
  abort(): void {
    if (this.#controller !== null) this.#controller.abort(aborted);
    else if (this.#connection !== null) this.upstream.pool.discard(this.#connection, aborted);
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    try {
      this.#dispatch(connection);
    } catch (error) {
      // Whoever gave the connection back must not hear of it.
      this.onResponseError(null, error as Error);
    }
  }

  #dispatch(connection: Connection): void {
    const { path, host, fields, body, upgrade } = this.#outgoing;
    const { method } = this.#exchange;
    fields[hostValue] = host ?? this.upstream.authority;
    tellTimeLeft(this.#exchange, fields);
    this.#exchange.instance.tracing?.inject(this.#exchange, fields);
    const { base } = this.upstream;
    const source = body === null ? null : body.source();
    connection.dispatch(
      {
        method,
        // OPTIONS * is of the whole server (RFC 9110 section 9.3.7).
        path: path === '*' ? path : base + path,
        headers: fields,
        body: source,
        upgrade,
      },
      this,
    );
  }

  // From here on: the connection's calls, in the order in which they come.

  onRequestStart(controller: ResponseController): void {
    this.#controller = controller;
    this.writtenAt = this.#exchange.instance.wheel.now();
    this.connectMs = (this.#connection as Connection).connectMs;
    this.#exchange.connectMs = this.connectMs;
    this.#silence.awaitUpstream();
  }

  onBodySent(): void {
    this.#silence.touch();
  }

  onRequestSent(): void {
    this.sent = true;
    this.#silence.touch();
  }

  onRequestUpgrade(controller: ResponseController, status: number, upstreamSocket: Socket): void {
    this.#answered(status);
    this.#silence.stop();
    const tunnel = runTunnel(this.#exchange, controller.rawHeaders, upstreamSocket);
    const connection = this.#connection as Connection;
    this.#connection = null;
    tunnel.then(() => {
      this.#relayed = true;
      this.#end(this.#exchange.interrupted ?? 'ok');
      this.upstream.pool.discard(connection, aborted);
    });
  }

  /** Not asked for by us, and nothing that the client waits for: it has been told to go on. */
  onContinue(): void {
    this.#silence.touch();
  }

  onResponseStart(controller: ResponseController, status: number, reason: string): void {
    const raw = controller.rawHeaders;
    const fault = findHeadFault(status, raw);
    if (fault !== null) {
      this.fail({
        outcome: 'http_protocol_error',
        detail: `${this.upstream.origin} answered ${fault}`,
        unrelayable: (this.#connection as Connection).answered,
      });
      return;
    }
    if (status < 200) {
      this.#silence.touch();
      this.#exchange.client.interim(status, interimFields(raw));
      return;
    }
    noteFailure(this.#exchange, this, status, raw);
    this.#answered(status);
    noteCapacity(this.#exchange, this.upstream, raw);
    if (this.#mayMend(status) && this.#decideRetry('upstream_error')) {
      this.#discard();
      return;
    }
    this.#relay = new Relay(this.#exchange, controller, this.#silence, status, reason, raw);
  }

  onResponseData(_controller: ResponseController, chunk: Buffer): void {
    this.#silence.touch();
    if (this.#relay !== null) this.#relay.write(chunk);
    else this.#discarded?.write(chunk);
  }

  onResponseEnd(controller: ResponseController): void {
    const connection = this.#connection as Connection;
    this.#connection = null;
    if (this.#relay !== null) {
      this.#exchange.bodyMs = this.#exchange.instance.wheel.now() - this.answeredAt;
      this.#relayed = true;
      this.#relay.end(controller.rawTrailers);
    }
    this.#end(outcomeOfResponse(this));
    this.upstream.pool.giveBack(connection);
  }

  onResponseError(_controller: ResponseController | null, error: Error): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    const exchange = this.#exchange;
    this.upstream.pool.discard(connection, aborted);

    if (exchange.interrupted !== null) {
      this.#end(exchange.interrupted);
    } else if (this.#discarded !== null) {
      this.#end('upstream_error');
    } else {
      const failure =
        this.#failure ??
        classifyError(error, {
          upstream: this.upstream,
          connection,
          answered: this.#relay !== null,
          maxHeaderBytes: exchange.instance.settings.maxHeaderSizeBytes,
        });
      exchange.detail = failure.detail;
      this.shortage = failure.shortage ?? null;
      this.unrelayable = failure.unrelayable ?? false;
      if (failure.mistake) exchange.instance.events.emit('internal_error', exchange, error);
      if (this.#relay === null) this.#decideRetry(failure.outcome);
      this.#end(failure.outcome);
    }
  }

  #answered(status: number): void {
    const exchange = this.#exchange;
    const now = exchange.instance.wheel.now();
    this.answeredAt = now;
    this.#silence.onAnswered();
    this.status = status;
    exchange.status = status;
    exchange.firstByteMs = now - this.writtenAt;
    this.upstream.firstByte.record(exchange.firstByteMs);
    exchange.service.life.answered(this);
  }

  #mayMend(status: number): boolean {
    return !this.looped && this.#exchange.service.life.mayMend(this.#exchange, status);
  }

  /** Whether another attempt follows; with nothing relayed yet. */
  #decideRetry(outcome: Outcome): boolean {
    const { body } = this.#outgoing;
    const replayable = body === null || body.replayable;
    return this.#exchange.service.life.decide(this.#exchange, this, outcome, replayable).retry;
  }

  #discard(): void {
    this.#discarded = new DiscardedResponse(this);
    this.#exchange.detail = `${this.upstream.origin} answered ${this.status}`;
    this.#silence.awaitDiscarded();
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
    this.#exchange.stage = null;
    this.#silence.stop();
    resolve();
  }
}
