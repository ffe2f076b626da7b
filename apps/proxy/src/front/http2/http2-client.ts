import { randomBytes } from 'node:crypto';
import { constants, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { ClientCertificate, FieldList } from '../../http/client-request.ts';
import type { BodyReader, Client, ClientOwner } from '../client.ts';
import { linesByName } from '../http1/field-lookup.ts';
import { IncomingBody } from '../node/incoming-body.ts';
import type { Http2Connection } from './http2-connection.ts';
import { type RequestHead, requestHead } from './request-head.ts';
import { type FieldTable, responseHead, trailerTable } from './response-fields.ts';
import { clientOf, type ServedStream } from './served-stream.ts';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR } =
  constants;

/** How often to look whether the end of a response has left, ms. */
const sentAgainMs = 10;

const noBytes: Buffer = Buffer.alloc(0);
const noFields: FieldList = [];

/** A WebSocket's handshake over HTTP/2 needs no key; that of HTTP/1.1 does (RFC 8441 section 5.1). */
const handshakeOnly: ReadonlySet<string> = new Set(['upgrade', 'sec-websocket-accept']);

/** One stream of a connection (RFC 9113 section 8.1), and the way back. */
export class Http2Client implements Client {
  readonly method: string;
  readonly target: string;
  readonly httpVersion = '2.0';
  readonly multiplexed = true;
  readonly halfClosed = false;
  readonly rawFields: FieldList;
  readonly contentLength: number | null;
  readonly expectsContinue: boolean;
  readonly upgrade: string | null;
  readonly upgradeHead = noBytes;
  readonly unaware: boolean;

  statusSent = 0;
  trailers: FieldList = noFields;

  readonly #connection: Http2Connection;
  readonly #stream: ServedStream;
  readonly #headers: IncomingHttpHeaders;
  #owner: ClientOwner | null = null;
  #body: IncomingBody | null = null;
  #lines: Record<string, string[] | undefined> | null = null;
  /** Kept back until it can leave with what follows. */
  #head: FieldTable | null = null;
  #bodiless = false;
  /** Trailers may follow: the last of the content does not end the stream. */
  #awaitsTrailers = false;
  #trailersOut: FieldTable | null = null;
  #finished = false;
  #hearsDrain = false;
  #bytes = 0;

  constructor(
    connection: Http2Connection,
    stream: ServedStream,
    headers: IncomingHttpHeaders,
    raw: FieldList,
    hasEnded: boolean,
  ) {
    this.#connection = connection;
    this.#stream = stream;
    stream[clientOf] = this;
    this.#headers = headers;
    this.unaware = !connection.announced;
    const head = requestHead(headers, raw);
    // Whoever asks for another protocol does so by a GET in HTTP/1.1.
    const isWebSocket = head.protocol === 'websocket';
    this.upgrade = isWebSocket ? head.protocol : null;
    this.method = isWebSocket ? 'GET' : head.method;
    this.target = head.target;
    this.rawFields = isWebSocket ? withKey(head) : head.fields;
    const declared = headers['content-length'];
    this.contentLength = hasEnded ? 0 : declared === undefined ? null : Number(declared);
    this.expectsContinue = headers.expect?.toLowerCase() === '100-continue';
    // Untouched, node:http2 would reset it behind the response, and overtake what of that has not left yet.
    if (hasEnded) {
      stream.resume();
    } else {
      stream.pause();
      stream.once('trailers', onTrailers);
    }
  }

  get scheme(): 'http' | 'https' {
    return this.#connection.scheme;
  }

  get clientCertificate(): ClientCertificate | null {
    return this.#connection.clientCertificate;
  }

  get remoteAddress(): string | undefined {
    return this.#connection.remoteAddress;
  }

  get fieldLines(): Readonly<Record<string, string[] | undefined>> {
    this.#lines ??= linesByName(this.rawFields);
    return this.#lines;
  }

  field(name: string): string | undefined {
    const headers = this.#headers;
    if (name === 'host') return headers[':authority'] ?? headers.host;
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  begin(owner: ClientOwner): void {
    this.#owner = owner;
  }

  over(): void {
    this.#owner = null;
  }

  // The request's content

  takeBody(): Buffer | null {
    const length = this.contentLength;
    const stream = this.#stream;
    if (this.#body !== null || length === null || stream.readableLength !== length) return null;
    return stream.read() as Buffer | null;
  }

  pull(reader: BodyReader): void {
    this.#body ??= new IncomingBody(this.#stream);
    this.#body.pull(reader);
  }

  /** What the client still sends stays within its window, and ends with the response. */
  dropBody(): void {
    this.#body?.stop();
  }

  // The response

  interim(status: number, fields: FieldList): void {
    if (this.statusSent !== 0 || !this.#takes()) return;
    this.#stream.additionalHeaders(responseHead(status, fields));
  }

  continue(): void {
    this.interim(100, noFields);
  }

  head(status: number, _reason: string | null, fields: FieldList, length: number | null): void {
    this.statusSent = status;
    this.#bodiless = this.method === 'HEAD' || status === 204 || status === 304;
    this.#awaitsTrailers = length === null && !this.#bodiless;
    this.#head = responseHead(status, fields);
  }

  flushHead(): void {
    if (this.#head !== null) this.#sendHead(this.#bodiless);
  }

  write(bytes: Buffer): boolean {
    if (this.#bodiless || bytes.length === 0) return true;
    if (this.#head !== null) this.#sendHead(false);
    if (!this.#takes()) return true;
    this.#bytes += bytes.length;
    // The memory is the caller's again once this returns, and the stream keeps what the client doesn't take yet.
    const wantsMore = this.#stream.write(Buffer.from(bytes));
    if (!wantsMore && !this.#hearsDrain) {
      this.#hearsDrain = true;
      this.#stream.on('drain', onDrain);
    }
    return wantsMore;
  }

  finish(bytes: Buffer | string | null = null, trailers: FieldList | null = null): void {
    if (this.#finished) return;
    this.#finished = true;
    const last =
      this.#bodiless || bytes === null || bytes.length === 0 ? null : Buffer.from(bytes as Buffer);
    if (trailers !== null) this.#trailersOut = trailerTable(trailers);
    if (this.#head !== null) {
      this.#awaitsTrailers = this.#trailersOut !== null && !this.#bodiless;
      this.#sendHead(last === null && !this.#awaitsTrailers);
    }
    if (!this.#takes()) return;
    if (last === null) this.#stream.end();
    else this.#stream.end(last);
    if (last !== null) this.#bytes += last.length;
    if (this.contentLength !== 0 && !this.#stream.readableEnded) {
      this.#stream.once('finish', onFinish);
    }
  }

  closeAfterwards(): void {
    this.#connection.closeAfterwards();
  }

  /** A reset says of what has come that it isn't all (RFC 9113 section 8.1). */
  cut(): void {
    this.#reset(NGHTTP2_INTERNAL_ERROR);
  }

  destroy(): void {
    this.#reset(NGHTTP2_CANCEL);
  }

  get bytesWritten(): number {
    return this.#bytes - this.#stream.writableLength;
  }

  // Another protocol

  switchProtocols(fields: FieldList): Duplex {
    const head = responseHead(200, fields);
    for (const name of handshakeOnly) delete head[name];
    this.#owner = null;
    this.statusSent = 200;
    this.#head = head;
    this.#sendHead(false);
    // A reset looks like an end in order to whoever reads.
    this.#stream.once('aborted', onTunnelReset);
    return this.#stream;
  }

  // What the connection tells it

  /** Whether the client had got nothing when the stream was reset: how floods do it. */
  get resetEarly(): boolean {
    return this.statusSent === 0;
  }

  onClosed(): void {
    const owner = this.#owner;
    if (owner === null) return;
    const { rstCode } = this.#stream;
    if (rstCode === NGHTTP2_NO_ERROR && this.#hasLeft()) {
      owner.onFlushed();
      return;
    }
    if (rstCode === NGHTTP2_PROTOCOL_ERROR && !owner.settled) {
      owner.onBodyMalformed(400, 'HTTP/2 PROTOCOL_ERROR');
    }
    owner.onGone(this.#connection.open ? 'cancelled' : 'closed');
  }

  onDrain(): void {
    this.#owner?.onDrain();
  }

  onWantTrailers(): void {
    if (this.#takes()) this.#stream.sendTrailers((this.#trailersOut ?? {}) as never);
  }

  /** Whether all of the response is with the connection; the stream may be over before its last write is told. */
  #hasLeft(): boolean {
    const { writableFinished, writableLength } = this.#stream;
    return this.#finished && (writableFinished || (this.#connection.open && writableLength === 0));
  }

  /** Whether anything can be sent on the stream. */
  #takes(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  #sendHead(endStream: boolean): void {
    const head = this.#head as FieldTable;
    this.#head = null;
    if (!this.#takes()) return;
    const stream = this.#stream;
    const waitForTrailers = this.#awaitsTrailers;
    if (waitForTrailers) stream.once('wantTrailers', onWantTrailers);
    stream.respond(head, { endStream, waitForTrailers });
  }

  #reset(code: number): void {
    this.#head = null;
    if (!this.#takes()) return;
    // node:http2 would end the stream, send what it has, and the reset behind that: what is cut would be whole.
    this.#stream._final = skip;
    this.#stream.close(code);
  }
}

function onTunnelReset(this: ServedStream): void {
  this.destroy(new Error('the client reset its stream'));
}

function skip(done: () => void): void {
  done();
}

function onTrailers(
  this: ServedStream,
  _: IncomingHttpHeaders,
  _flags: number,
  raw: unknown,
): void {
  (this[clientOf] as Http2Client).trailers = raw as FieldList;
}

function onDrain(this: ServedStream): void {
  this[clientOf]?.onDrain();
}

function onWantTrailers(this: ServedStream): void {
  this[clientOf]?.onWantTrailers();
}

/** RFC 9113 section 8.1: the rest of a request that has had its response is of no use. */
function onFinish(this: ServedStream): void {
  this.resume();
  closeWhenSent(this);
}

/** A reset would overtake the end of the response while that has not left. */
function closeWhenSent(stream: ServedStream): void {
  if (stream.destroyed || stream.closed) return;
  if (stream.state.localClose === 1) stream.close(NGHTTP2_NO_ERROR);
  else setTimeout(closeWhenSent, sentAgainMs, stream);
}

function withKey({ fields }: RequestHead): FieldList {
  const known = fields.some((name, i) => i % 2 === 0 && name === 'sec-websocket-key');
  return known ? fields : [...fields, 'sec-websocket-key', randomBytes(16).toString('base64')];
}
