import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FieldList } from '../../http/client-request.ts';
import type { BodyReader, Client, ClientOwner, Departure } from '../client.ts';
import { sendableReason } from '../reason-phrase.ts';
import {
  type ClientSocket,
  endedBySender,
  linkClient,
  unfinishedClient,
  unlinkClient,
} from './client-socket.ts';
import { IncomingBody } from './incoming-body.ts';

/**
 * Content that came whole and is no larger leaves as one string with its head: node:http joins
 * strings, while a buffer costs it a gathering write, a quarter of a small request's CPU time.
 */
const oneWriteBytes = 8 * 1024;

const noBytes = Buffer.alloc(0);

/** What there is of a request for another protocol besides the request. */
interface BareConnection {
  /** Null for CONNECT. */
  readonly protocol: string | null;
  /** What came behind the request's head. */
  readonly head: Buffer;
  /** Takes away what watches the connection until the tunnel reads it. */
  stopWatching(): void;
}

/**
 * A client whose HTTP node:http speaks. It is the server's response as well, which node:http makes for each request
 * anyway: so the port costs no object, and one listener function serves all requests.
 */
export class NodeClient<Request extends IncomingMessage = IncomingMessage>
  extends ServerResponse<Request>
  implements Client
{
  owner: ClientOwner | null = null;
  /** The one before it on its connection, while that is not over: requests may be pipelined. */
  earlier: NodeClient | null = null;
  expectsContinue = false;
  statusSent = 0;
  /** Set where node:http has handed over the bare connection. */
  bare: BareConnection | null = null;
  #endDelimited = false;
  #body: IncomingBody | null = null;

  get method(): string {
    return this.req.method as string;
  }

  get target(): string {
    return this.req.url as string;
  }

  get httpVersion(): string {
    return this.req.httpVersion;
  }

  get scheme(): 'http' {
    return 'http';
  }

  get remoteAddress(): string | undefined {
    return this.req.socket.remoteAddress;
  }

  get rawFields(): FieldList {
    return this.req.rawHeaders;
  }

  get fieldLines(): NodeJS.Dict<string[]> {
    return this.req.headersDistinct;
  }

  field(name: string): string | undefined {
    const value = this.req.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  begin(owner: ClientOwner): void {
    this.owner = owner;
    this.on('close', onResponseClose);
    linkClient(this);
  }

  over(): void {
    this.owner = null;
    unlinkClient(this);
  }

  /** The response is with the kernel, or never will be. */
  onClosed(): void {
    if (this.writableFinished) this.owner?.onFlushed();
    else this.owner?.onGone(departureOf(this.req.socket));
  }

  get contentLength(): number | null {
    const { headers } = this.req;
    return headers['transfer-encoding'] === undefined
      ? Number(headers['content-length'] ?? 0)
      : null;
  }

  takeBody(): Buffer | null {
    const length = this.contentLength;
    if (this.#body !== null || this.req.readableLength !== length) return null;
    const bytes = this.req.read() as Buffer | null;
    return bytes?.length === length ? bytes : null;
  }

  pull(reader: BodyReader): void {
    this.#body ??= new IncomingBody(this.req);
    this.#body.pull(reader);
  }

  dropBody(): void {
    // node:http drops an untouched body by itself; one that was begun would block the connection.
    this.#body?.drop();
  }

  get trailers(): FieldList {
    return this.req.rawTrailers;
  }

  interim(status: number, fields: FieldList): void {
    if (this.req.httpVersionMinor > 0 && !this.headersSent) writeInformation(this, status, fields);
  }

  continue(): void {
    if (!this.headersSent) this.writeContinue();
  }

  head(status: number, reason: string | null, fields: FieldList, length: number | null): void {
    // Whoever answers without an owner reads no body: if its connection is closed before that has come, then in stages.
    if (this.owner === null) (this.req.socket as ClientSocket)[unfinishedClient] = this;
    this.statusSent = status;
    if (reason === null) this.writeHead(status, fields as string[]);
    else this.writeHead(status, sendableReason(status, reason), fields as string[]);
    this.#endDelimited = length === null && !this.chunkedEncoding;
  }

  flushHead(): void {
    if (!this.destroyed) this.flushHeaders();
  }

  override write(bytes: Buffer): boolean {
    // node:http joins what is written in one turn: nothing is with the kernel yet.
    const wantsMore = super.write(Buffer.from(bytes));
    if (!wantsMore && this.listenerCount('drain') === 0) this.on('drain', onResponseDrain);
    return wantsMore;
  }

  finish(bytes: Buffer | string | null = null, trailers: FieldList | null = null): void {
    if (trailers !== null && this.chunkedEncoding) this.addTrailers(pairsOf(trailers));
    if (bytes === null) this.end();
    else if (typeof bytes === 'string' || bytes.length > oneWriteBytes) this.end(bytes);
    else this.end(bytes.toString('latin1'), 'latin1');
  }

  closeAfterwards(): void {
    this.shouldKeepAlive = false;
  }

  cut(): void {
    // A body that only the connection's end delimits must not end cleanly (RFC 9112 section 8).
    if (this.#endDelimited) this.socket?.resetAndDestroy();
    this.destroy();
  }

  get bytesWritten(): number {
    return this.req.socket.bytesWritten;
  }

  get halfClosed(): boolean {
    return (this.req.socket as ClientSocket)[endedBySender] === true;
  }

  get upgrade(): string | null {
    return this.bare?.protocol ?? null;
  }

  get upgradeHead(): Buffer {
    return this.bare?.head ?? noBytes;
  }

  switchProtocols(fields: FieldList): Socket {
    const { socket } = this.req;
    this.bare?.stopWatching();
    this.detachSocket(socket);
    socket.write(
      headText(101, 'Switching Protocols', [...fields, 'connection', 'upgrade']),
      'latin1',
    );
    return socket;
  }
}

function onResponseClose(this: NodeClient): void {
  this.onClosed();
}

function onResponseDrain(this: NodeClient): void {
  this.owner?.onDrain();
}

function departureOf({ readableEnded, errored }: Socket): Departure {
  if (readableEnded) return 'ended';
  return errored === null ? 'closed' : 'reset';
}

interface InformationWriter {
  writeInformation?(status: number, fields: FieldList): void;
}

/** Node 26 has a call for any interim response; before it only the socket has. */
function writeInformation(
  client: NodeClient & InformationWriter,
  status: number,
  fields: FieldList,
) {
  if (client.writeInformation !== undefined) client.writeInformation(status, fields);
  // A pipelined response has no socket yet: an interim one may be left out, a wrong order may not.
  else client.socket?.write(headText(status, STATUS_CODES[status] ?? '', fields), 'latin1');
}

function headText(status: number, reason: string, fields: FieldList): string {
  let head = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return `${head}\r\n`;
}

function pairsOf(fields: FieldList): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < fields.length; i += 2) {
    pairs.push([fields[i] as string, fields[i + 1] as string]);
  }
  return pairs;
}
