import type { Socket } from 'node:net';
import type { LoadOutcome } from '@spillway/contracts';
import autocannon from 'autocannon';
import type { ClosedPlan, Engine, Observer } from '../engine.ts';
import { outcomeOfFailure, outcomeOfStatus } from '../outcome-of.ts';
import { fieldOf, proxyOutcomeOf } from '../proxy-outcome.ts';

// The only file that knows autocannon, and the only one that touches its private fields: 9.0.0, pinned.
// Each method of `Lane` that heals a defect names it; test/engine/autocannon-defects.test.ts shows each healed.

/**
 * The closed model: `concurrent` connections, each with one request under way. A connection that can't be
 * made is tried again after 100 ms, growing to 1 s. Certificates are not verified.
 */
export const runClosed: Engine<ClosedPlan> = async (plan, observer, signal) => {
  if (signal.aborted || plan.length.requests === 0) return;
  const run = new Run(plan, observer);
  const abort = () => run.destroy();
  const { durationMs } = plan.length;
  const deadline =
    durationMs === null
      ? undefined
      : setTimeout(() => run.end(), Math.min(durationMs, longestTimerMs));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await autocannon({
      url: plan.request.url.href,
      // It refuses more connections than requests.
      connections: Math.min(plan.concurrent, plan.length.requests ?? plan.concurrent),
      method: plan.request.method as 'GET',
      headers: headersOf(plan),
      setupClient: (client) => run.add(client as unknown as PrivateClient),
      // Ours are the deadline, the number of requests and the statistics; it is over when all clients are
      // destroyed, at its next sample. (`ignoreCoordinatedOmission` is refused without a rate of its own.)
      duration: longestTimerMs / 1000,
      sampleInt: 20,
      skipAggregateResult: true,
    });
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', abort);
  }
};

const longestTimerMs = 2 ** 31 - 1;
const firstPauseMs = 100;
const longestPauseMs = 1000;

/** The body goes round autocannon, which would copy it once a connection. */
function headersOf({ request }: ClosedPlan): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!/^(content-length|connection)$/i.test(name)) headers[name] = value;
  }
  if (request.body !== null) headers['Content-Length'] = String(request.body.length);
  return headers;
}

/** The caller's Connection replaces autocannon's own, which would stand beside it. */
function withOurs(head: Buffer, { request }: ClosedPlan): Buffer {
  const connection = Object.entries(request.headers).find(([name]) => /^connection$/i.test(name));
  const text = head.toString('latin1');
  const whole =
    connection === undefined
      ? text
      : text.replace('Connection: keep-alive', `Connection: ${connection[1]}`);
  return Buffer.concat([Buffer.from(whole, 'latin1'), request.body ?? Buffer.alloc(0)]);
}

/** What the connections share: the plan, and how many requests are left. */
class Run {
  readonly plan: ClosedPlan;
  readonly observer: Observer;
  readonly #lanes: Lane[] = [];
  #left: number;
  #requestBuffer: Buffer | undefined;

  constructor(plan: ClosedPlan, observer: Observer) {
    this.plan = plan;
    this.observer = observer;
    this.#left = plan.length.requests ?? Number.POSITIVE_INFINITY;
  }

  /** Hears of every client in its constructor, before its parser is set up and before it connects. */
  add(client: PrivateClient): void {
    const { currentRequest } = client.requestIterator;
    this.#requestBuffer ??= withOurs(currentRequest.requestBuffer, this.plan);
    currentRequest.requestBuffer = this.#requestBuffer;
    this.#lanes.push(new Lane(client, this));
  }

  get over(): boolean {
    return this.#left <= 0;
  }

  takeOne(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  /** Nothing new is sent; what is under way may finish, or is unfinished. */
  end(): void {
    this.#left = 0;
    for (const lane of this.#lanes) lane.end(this.plan.length.drain);
  }

  destroy(): void {
    this.#left = 0;
    for (const lane of this.#lanes) lane.end(false);
  }
}

/** One connection of autocannon's, healed; it stands in for the client's queue of pipelined requests. */
class Lane {
  readonly #client: PrivateClient;
  readonly #run: Run;
  readonly #observer: Observer;
  readonly #isHead: boolean;
  readonly #openConnection: () => void;
  readonly #sendRequest: () => void;

  #underWay = false;
  #sentAt = 0;
  #status = 0;
  #bytes = 0;
  #proxyOutcome: string | null = null;

  #isHealed = false;
  #isInterim = false;
  #keepAlive = true;
  #connected = false;
  #reconnecting = false;
  /** Why what is under way is about to be lost; the client itself only does so on a timeout. */
  #cause: LoadOutcome = 'timeout';
  #error: Error | null = null;
  #refusals = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(client: PrivateClient, run: Run) {
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
      if (this.#cause === 'refused') this.#refusals++;
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
    const schedule = timeoutTicker._schedule;
    // A millisecond late, it would have Node warn of a negative time.
    timeoutTicker._schedule = (ms) => schedule.call(timeoutTicker, Math.max(1, ms));
    const { kOnHeadersComplete, kOnBody, kOnMessageComplete } = parser.constructor;
    const complete = parser[kOnMessageComplete]!;
    const execute = parser.execute;
    parser[kOnHeadersComplete] = (info) => this.#readHead(info as Head);
    parser[kOnBody] = (_chunk, _start, length) => {
      this.#bytes += length as number;
    };
    parser[kOnMessageComplete] = () => this.#complete(complete);
    parser.execute = (chunk) => {
      const result = execute.call(parser, chunk);
      if (parser.hadError) this.#reconnect('protocol_error');
      return result;
    };
  }

  /** Returns whether to take the message as one without a body: heals HEAD, 204 and 304, which hang. */
  #readHead(head: Head): boolean {
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

interface FinishedRequest {
  readonly req: null;
  readonly headers: { statusCode: number; readonly headers: readonly string[] };
  bytes: number;
  duration: number;
  readonly body: string;
}

/** Read at once by the client, so that one serves for all. */
const finished: FinishedRequest = {
  req: null,
  headers: { statusCode: 0, headers: [] },
  bytes: 0,
  duration: 0,
  body: '',
};

interface Head {
  readonly statusCode: number;
  readonly versionMinor: number;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly shouldKeepAlive: boolean;
}

/** http-parser-js 0.5. */
interface PrivateParser {
  [callback: number]: ((...args: unknown[]) => unknown) | undefined;
  readonly constructor: {
    readonly RESPONSE: string;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
    readonly kOnMessageComplete: number;
  };
  readonly hadError: boolean;
  /** The values of Connection. */
  readonly connection: string;
  /** Where it reads in the present chunk, and that chunk's end. */
  offset: number;
  readonly end: number;
  execute(chunk: Buffer): unknown;
  finish(): unknown;
  reinitialize(type: string): void;
}

/** What is used of lib/httpClient.js. */
interface PrivateClient {
  conn: Socket | undefined;
  readonly parser: PrivateParser;
  readonly requestIterator: {
    readonly currentRequest: { requestBuffer: Buffer };
    nextRequest(): void;
  };
  pipelinedRequests: Lane;
  timeout: number;
  /** retimer 3.0. */
  readonly timeoutTicker: { _schedule(ms: number): void };
  readonly destroyed: boolean;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
  destroy(): void;
  on(event: 'connError', listener: (error: Error) => void): unknown;
  on(event: 'done', listener: () => void): unknown;
}
