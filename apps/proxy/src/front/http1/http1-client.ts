import type { Socket } from 'node:net';
import type { FieldList } from '../../http/client-request.ts';
import { oneStringBytes } from '../../system/direct-writer.ts';
import type { BodyReader, Client, ClientOwner, Departure } from '../client.ts';
import { findValue, linesByName } from './field-lookup.ts';
import type { Http1Connection } from './http1-connection.ts';
import type { RequestContent } from './request-content.ts';
import type { RequestParser } from './request-parser.ts';
import { bareHead, type Framing, fieldLines, finalHead, framingOf } from './response-head.ts';

/** Most that a client that wants another protocol may send ahead before it has been switched. */
const mostAheadBytes = 64 * 1024;

const noBytes: Buffer = Buffer.alloc(0);
const noFields: FieldList = [];

/** One request of a connection of ours, and the way back. */
export class Http1Client implements Client {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  readonly rawFields: FieldList;
  readonly contentLength: number | null;
  readonly expectsContinue: boolean;
  readonly scheme = 'http';

  owner: ClientOwner | null = null;
  /** The one behind it on its connection. */
  next: Http1Client | null = null;
  upgrade: string | null = null;
  halfClosed = false;
  statusSent = 0;
  /** Null: the request has none. */
  content: RequestContent | null = null;
  /** All of it has been read. */
  complete = false;
  /** The connection goes on behind the response. */
  persists: boolean;
  /** The response is all there, here or on its way. */
  finished = false;

  readonly #connection: Http1Connection;
  #lines: Record<string, string[] | undefined> | null = null;
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #framing: Framing = 'none';
  /** Kept back until it can leave with what follows. */
  #head = '';
  #headSent = false;
  /** What waits until the responses before it are out; null: it is its turn. */
  #waiting: (string | Buffer)[] | null = [];
  #owesDrain = false;
  #gone = false;
  /** It was given up before its turn. */
  #cut = false;

  constructor(connection: Http1Connection, parser: RequestParser) {
    this.#connection = connection;
    this.method = parser.method;
    this.target = parser.target;
    this.httpVersion = parser.httpVersion;
    this.rawFields = parser.fields;
    this.contentLength = parser.contentLength;
    this.persists = parser.keepAlive;
    const expectation = this.httpVersion === '1.1' ? this.field('expect') : undefined;
    this.expectsContinue =
      expectation !== undefined && /(?:^|\W)100-continue(?:$|\W)/i.test(expectation);
  }

  get remoteAddress(): string | undefined {
    return this.#connection.socket.remoteAddress;
  }

  get fieldLines(): Readonly<Record<string, string[] | undefined>> {
    this.#lines ??= linesByName(this.rawFields);
    return this.#lines;
  }

  field(name: string): string | undefined {
    return findValue(this.rawFields, name);
  }

  begin(owner: ClientOwner): void {
    this.owner = owner;
  }

  over(): void {
    this.owner = null;
  }

  // The request's content

  takeBody(): Buffer | null {
    return this.content?.takeAll(this.contentLength) ?? null;
  }

  pull(reader: BodyReader): void {
    if (this.content === null) reader.onBodyEnd();
    else this.content.pull(reader);
  }

  dropBody(): void {
    this.content?.drop();
  }

  get trailers(): FieldList {
    return this.content?.trailers ?? noFields;
  }

  // The response

  interim(status: number, fields: FieldList): void {
    if (this.httpVersion === '1.0' || this.statusSent !== 0) return;
    this.#send(bareHead(status, fields));
  }

  continue(): void {
    if (this.statusSent === 0) this.#send('HTTP/1.1 100 Continue\r\n\r\n');
  }

  head(status: number, reason: string | null, fields: FieldList, length: number | null): void {
    this.statusSent = status;
    const framing = framingOf(this.method, this.httpVersion, status, length);
    this.#framing = framing;
    if (framing === 'until_end') this.persists = false;
    this.#head = finalHead(status, reason, fields, framing, this.#connection.linesFor(this));
  }

  flushHead(): void {
    if (this.#headSent || this.#head === '') return;
    this.#send(this.#takeHead());
  }

  write(bytes: Buffer): boolean {
    if (this.#gone || this.#framing === 'none' || bytes.length === 0) return true;
    const before = this.#takeHead() + this.#chunkHead(bytes.length);
    const wantsMore = this.#sendBytes(
      before,
      bytes,
      this.#framing === 'chunked' ? '\r\n' : '',
      false,
    );
    this.#owesDrain = !wantsMore;
    return wantsMore;
  }

  finish(bytes: Buffer | string | null = null, trailers: FieldList | null = null): void {
    if (this.#gone || this.finished) return;
    this.finished = true;
    const chunked = this.#framing === 'chunked';
    const end = chunked ? `0\r\n${trailers === null ? '' : fieldLines(trailers)}\r\n` : '';
    const last = this.#framing === 'none' || bytes === null || bytes.length === 0 ? null : bytes;
    if (last === null) {
      this.#send(this.#takeHead() + end, true);
    } else if (typeof last === 'string' && Buffer.byteLength(last) === last.length) {
      const before = this.#takeHead() + this.#chunkHead(last.length);
      this.#send(before + last + (chunked ? `\r\n${end}` : ''), true);
    } else {
      const content = typeof last === 'string' ? Buffer.from(last) : last;
      const before = this.#takeHead() + this.#chunkHead(content.length);
      this.#sendBytes(before, content, chunked ? `\r\n${end}` : '', true);
    }
  }

  closeAfterwards(): void {
    this.persists = false;
  }

  cut(): void {
    // A body that only the connection's end delimits must not end cleanly (RFC 9112 section 8).
    this.#giveUp(this.#framing === 'until_end');
  }

  destroy(): void {
    this.#giveUp(false);
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten;
  }

  // Another protocol

  get upgradeHead(): Buffer {
    return this.#aheadBytes === 0 ? noBytes : Buffer.concat(this.#ahead);
  }

  switchProtocols(fields: FieldList): Socket {
    return this.#connection.handOver(bareHead(101, [...fields, 'Connection', 'upgrade']));
  }

  // What the connection tells it

  /** False: no more is to be read until the protocol has been switched. */
  onAhead(bytes: Buffer): boolean {
    this.#ahead.push(Buffer.from(bytes));
    this.#aheadBytes += bytes.length;
    return this.#aheadBytes < mostAheadBytes;
  }

  /** The responses before it are out. */
  onTurn(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    if (this.#cut) {
      this.#connection.destroy(this.#framing === 'until_end');
      return;
    }
    if (waiting.length > 0) this.#connection.sendAll(waiting, this.finished);
    if (!this.finished && this.#connection.wantsMore) this.onDrain();
  }

  onDrain(): void {
    if (!this.#owesDrain || this.#waiting !== null) return;
    this.#owesDrain = false;
    this.owner?.onDrain();
  }

  onFlushed(): void {
    this.#gone = true;
    this.owner?.onFlushed();
  }

  onGone(how: Departure): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#waiting = null;
    this.content?.onBrokenOff();
    this.owner?.onGone(how);
  }

  #takeHead(): string {
    if (this.#headSent) return '';
    this.#headSent = true;
    const head = this.#head;
    this.#head = '';
    return head;
  }

  #chunkHead(bytes: number): string {
    return this.#framing === 'chunked' ? `${bytes.toString(16)}\r\n` : '';
  }

  #sendBytes(before: string, bytes: Buffer, after: string, last: boolean): boolean {
    if (bytes.length <= oneStringBytes) {
      return this.#send(before + bytes.toString('latin1') + after, last);
    }
    if (this.#waiting === null) return this.#connection.sendBytes(before, bytes, after, last);
    if (before !== '') this.#waiting.push(before);
    this.#waiting.push(Buffer.from(bytes));
    if (after !== '') this.#waiting.push(after);
    return false;
  }

  #send(text: string, last = false): boolean {
    if (this.#gone) return true;
    if (this.#waiting === null) return this.#connection.send(text, last);
    this.#waiting.push(text);
    return false;
  }

  /** Before its turn it leaves the responses before it alone, and the connection ends when they are out. */
  #giveUp(reset: boolean): void {
    if (this.#gone) return;
    if (this.#waiting === null) {
      this.#connection.destroy(reset);
      return;
    }
    this.#cut = true;
    this.#waiting.length = 0;
    process.nextTick(tellGone, this);
  }
}

function tellGone(client: Http1Client): void {
  client.owner?.onGone('closed');
}
