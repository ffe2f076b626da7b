import type { LoadOutcome } from '@spillway/contracts';
import type { ClosedPlan, Observer } from '../engine.ts';
import { largestHead } from '../largest-head.ts';
import { localErrorOf } from '../local-error.ts';
import { longestTimerMs } from '../longest-timer.ts';
import { outcomeOfFailure, outcomeOfStatus } from '../outcome-of.ts';
import { fieldOf, proxyOutcomeOf } from '../proxy-outcome.ts';
import type {
  AnswerHead,
  FinishedRequest,
  PipelinedRequests,
  PrivateClient,
} from './private-client.ts';

// Each method that heals a defect of autocannon's names it; test/engine/autocannon-defects.test.ts shows each healed.

const firstPauseMs = 100;
const longestPauseMs = 1000;

/** What the connections of a run share. */
export interface SharedRun {
  readonly plan: ClosedPlan;
  readonly observer: Observer;
  /** No further request is to be sent. */
  readonly over: boolean;
  /** False when there is none left to send. */
  takeOne(): boolean;
}

/** One connection of autocannon's, healed; it stands in for the client's queue of pipelined requests. */
export class HealedConnection implements PipelinedRequests {
  readonly #client: PrivateClient;
  readonly #run: SharedRun;
  readonly #observer: Observer;
  readonly #isHead: boolean;
  readonly #openConnection: () => void;
  readonly #sendRequest: () => void;

  #underWay = false;
  #sentAt = 0;
  #status = 0;
  #bytes = 0;
  #proxyOutcome: string | null = null;
  #localError: string | null = null;

  #isHealed = false;
  #isInterim = false;
  #keepAlive = true;
  #connected = false;
  #reconnecting = false;
  /** Why what is under way is about to be lost; the client itself only does so on a timeout. */
  #cause: LoadOutcome = 'timeout';
  #error: Error | null = null;
  /** Connections that did not come about, in a row. */
  #refusals = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(client: PrivateClient, run: SharedRun) {
    this.#client = client;
    this.#run = run;
    this.#observer = run.observer;
    this.#isHead = run.plan.request.method === 'HEAD';
    this.#openConnection = client._connect;
    this.#sendRequest = client._doRequest;
    client._connect = () => this.#reconnect(null);
    client._doRequest = () => this.#next();
    client.pipelinedRequests = this;
    // Its own option is in whole seconds; the timer is made after this.
    client.timeout = Math.min(run.plan.request.timeoutMs, longestTimerMs);
    // It would clone the context of its requests for each.
    client.requestIterator.nextRequest = () => {};
    client.on('connError', (error: Error) => {
      this.#error = error;
    });
    client.on('done', () => clearTimeout(this.#pause));
  }

  end(drain: boolean): void {
    if (!(drain && this.#underWay)) this.#client.destroy();
  }

  // What autocannon asks of its queue, which is where exactly one begin and one end of each request pass.

  insertRequest(): void {
    this.#underWay = true;
    this.#status = 0;
    this.#bytes = 0;
    this.#proxyOutcome = null;
    this.#localError = null;
    this.#sentAt = performance.now();
    this.#observer.onSent(this.#sentAt);
  }

  terminateRequest(): FinishedRequest {
    const endedAt = this.#settle(outcomeOfStatus(this.#status));
    finished.headers.statusCode = this.#status;
    finished.bytes = this.#bytes;
    finished.duration = endedAt - this.#sentAt;
    return finished;
  }

  addByteCount(): void {}

  /** The connection is being destroyed, by the client's timer, by its end, or by us. */
  clear(): void {
    if (this.#underWay) this.#settle(this.#client.destroyed ? 'unfinished' : this.#cause);
    this.#cause = 'timeout';
  }

  #settle(outcome: LoadOutcome): number {
    const endedAt = performance.now();
    this.#underWay = false;
    this.#observer.onEnded({
      outcome,
      status: this.#status,
      intendedAt: this.#sentAt,
      sentAt: this.#sentAt,
      endedAt,
      bytes: this.#bytes,
      proxyOutcome: this.#proxyOutcome,
      localError: this.#localError,
    });
    return endedAt;
  }

  /** Heals `Connection: close`, after which it sends on a connection that is about to end. */
  #next(): void {
    if (this.#reconnecting) return;
    if (!this.#keepAlive && !this.#run.over) this.#reconnect(null);
    else if (this.#run.takeOne()) this.#sendRequest.call(this.#client);
    else this.#client.destroy();
  }

  /**
   * Heals the losses uncounted on FIN and RST, the queue and the parser left as they were, a second
   * connection made when an error follows a FIN, and the tries without end when nothing listens. A FIN is
   * also what ends a body without a length.
   */
  #reconnect(cause: LoadOutcome | null): void {
    const client = this.#client;
    if (this.#reconnecting || client.destroyed) return;
    this.#reconnecting = true;
    this.#healOnce();
    const error = this.#error;
    this.#error = null;
    if (this.#underWay && cause === null && error === null) client.parser.finish();
    if (this.#underWay) {
      this.#cause = cause ?? outcomeOfFailure(error, this.#progress());
      this.#localError = localErrorOf(error);
      if (this.#cause === 'refused' || this.#cause === 'local') this.#refusals++;
    }
    if (client.conn !== undefined) client._destroyConnection();
    client.parser.reinitialize(client.parser.constructor.RESPONSE);
    this.#keepAlive = true;
    this.#isInterim = false;
    this.#reconnecting = false;
    if (this.#run.over) client.destroy();
    else if (this.#refusals === 0) this.#open();
    else this.#openLater();
  }

  #progress() {
    if (!this.#connected) return 'connecting';
    return this.#status === 0 ? 'waiting' : 'receiving';
  }

  /** Connects, which sends the first request too. */
  #open(): void {
    const client = this.#client;
    this.#connected = false;
    this.#openConnection.call(client);
    client.conn?.once('connect', () => {
      this.#connected = true;
      this.#refusals = 0;
    });
  }

  #openLater(): void {
    // The client's own timer may ask for a connection meanwhile.
    if (this.#pause !== undefined) return;
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#refusals - 1), longestPauseMs);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#run.over) this.#client.destroy();
      else this.#open();
    }, pauseMs);
  }

  /** The parser's callbacks and the timer stand when the client connects for the first time. */
  #healOnce(): void {
    if (this.#isHealed) return;
    this.#isHealed = true;
    const { parser, timeoutTicker } = this.#client;
    parser.constructor.maxHeaderSize = largestHead;
    const schedule = timeoutTicker._schedule;
    // A millisecond late, it would have Node warn of a negative time.
    timeoutTicker._schedule = (ms) => schedule.call(timeoutTicker, Math.max(1, ms));
    const { kOnHeadersComplete, kOnBody, kOnMessageComplete } = parser.constructor;
    const complete = parser[kOnMessageComplete]!;
    const execute = parser.execute;
    parser[kOnHeadersComplete] = (info) => this.#readHead(info as AnswerHead);
    parser[kOnBody] = (_chunk, _start, length) => {
      this.#bytes += length as number;
    };
    parser[kOnMessageComplete] = () => this.#complete(complete);
    parser.execute = (chunk) => {
      const result = execute.call(parser, chunk);
      // Of a head that is too long it only gives the error back, which nobody looks at.
      if (parser.hadError || result instanceof Error) this.#reconnect('protocol_error');
      return result;
    };
  }

  /** Returns whether to take the message as one without a body: heals HEAD, 204 and 304, which hang. */
  #readHead(head: AnswerHead): boolean {
    const { statusCode } = head;
    // 1xx isn't the answer (RFC 9110 section 15.2); nobody asked for another protocol.
    this.#isInterim = statusCode < 200 && statusCode !== 101;
    if (this.#isInterim) return true;
    this.#status = statusCode;
    if (statusCode >= 400) {
      const value = fieldOf(head.headers, 'proxy-status');
      if (value !== null) this.#proxyOutcome = proxyOutcomeOf(value);
    }
    const bodiless = this.#isHead || statusCode === 204 || statusCode === 304;
    // The parser wants a length for keep-alive, also where none is needed.
    this.#keepAlive = bodiless
      ? head.versionMinor > 0 && !this.#client.parser.connection.includes('close')
      : head.shouldKeepAlive;
    return bodiless || statusCode === 101;
  }

  /** Heals 1xx being counted as responses, and answers that nobody asked for being taken for the next one. */
  #complete(complete: () => void): void {
    if (this.#isInterim) {
      this.#isInterim = false;
      return;
    }
    if (!this.#underWay) return;
    const { parser } = this.#client;
    if (this.#status === 101) {
      parser.offset = parser.end;
      this.#reconnect('protocol_error');
      return;
    }
    if (parser.offset < parser.end) {
      this.#keepAlive = false;
      parser.offset = parser.end;
    }
    complete();
  }
}

/** Read at once by the client, so that one serves for all. */
const finished: FinishedRequest = {
  req: null,
  headers: { statusCode: 0, headers: [] },
  bytes: 0,
  duration: 0,
  body: '',
};
