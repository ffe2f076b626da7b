import { TimerEntry, type TimerWheel } from '@spillway/core';
import { version } from '../../system/version.ts';
import type { Connection, ResponseController, ResponseHandler } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { openConnection } from './open-connection.ts';

/** Where a target is asked, and what goes into the request. */
export type Asked = Pick<Endpoint, 'scheme' | 'authority' | 'destination'>;

export interface QuestionOptions {
  readonly asked: Asked;
  readonly path: string;
  readonly wheel: TimerWheel;
  readonly timeoutMs: number;
  /** A body that is longer is no response; 0: the head is all that is wanted. */
  readonly mostBytes: number;
}

/** What a target responded; `failure` says why there is nothing. */
export type QuestionEnd =
  | { readonly status: number; readonly body: Buffer; readonly failure: null }
  | { readonly status: 0; readonly body: null; readonly failure: string };

const over = new Error('the question is over');

/**
 * One GET of the proxy's own to a target, on a connection of its own: a target that is full is asked all the same, and
 * it takes none of the pool's. As a timer it is the end of its patience.
 */
export class Question extends TimerEntry implements ResponseHandler {
  readonly #options: QuestionOptions;
  readonly #connection: Connection;
  readonly #chunks: Buffer[] = [];
  #onEnd: ((end: QuestionEnd) => void) | null;
  #bytes = 0;
  #status = 0;

  constructor(options: QuestionOptions, onEnd: (end: QuestionEnd) => void) {
    super();
    const { asked, path, wheel, timeoutMs } = options;
    const { destination, scheme, authority } = asked;
    this.#options = options;
    this.#onEnd = onEnd;
    wheel.schedule(this, timeoutMs);
    const origin = `${scheme}://${authority}`;
    this.#connection = openConnection(destination, origin, 1, wheel, { onDisconnect() {} });
    const headers = ['host', authority, 'accept', '*/*', 'user-agent', `spillway/${version}`];
    this.#connection.dispatch({ path, method: 'GET', headers, body: null, upgrade: null }, this);
  }

  /** Hangs up; nobody is told. */
  cancel(): void {
    this.#onEnd = null;
    this.#hangUp();
  }

  override onExpire(): void {
    this.#fail(`no response within ${this.#options.timeoutMs / 1000} s`);
  }

  onRequestStart(): void {}

  onResponseStart(_controller: ResponseController, status: number): void {
    if (status < 200) return;
    this.#status = status;
    if (this.#options.mostBytes === 0) this.#succeed();
  }

  onResponseData(_controller: ResponseController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.mostBytes) this.#fail('the response is too long');
    else this.#chunks.push(Buffer.from(chunk));
  }

  onResponseEnd(): void {
    this.#succeed();
  }

  onResponseError(_controller: ResponseController | null, error: Error): void {
    this.#fail(error.message);
  }

  #succeed(): void {
    this.#end({ status: this.#status, body: Buffer.concat(this.#chunks), failure: null });
  }

  #fail(failure: string): void {
    this.#end({ status: 0, body: null, failure });
  }

  #end(end: QuestionEnd): void {
    const onEnd = this.#onEnd;
    if (onEnd === null) return;
    this.#onEnd = null;
    this.#hangUp();
    onEnd(end);
  }

  #hangUp(): void {
    this.#options.wheel.cancel(this);
    this.#connection.destroy(over);
  }
}
