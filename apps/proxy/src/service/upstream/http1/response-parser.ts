import { MessageParser } from '../../../http/message-parser.ts';
import { WireError } from './wire-error.ts';

/** How the end of a body is told (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until_end';

/** As many as node:http takes. */
const mostFields = 2000;

/** `HTTP/1.1 200 `, behind the empty lines that RFC 9112 section 2.2 allows. */
const statusLine = /^[\r\n]*HTTP\/1\.[01] [1-9]\d\d[ \r\n]/;

/** Reads heads and chunked bodies of one connection's responses. */
export class ResponseParser extends MessageParser {
  /** Of the last head: */
  status = 0;
  reason = '';
  framing: Framing = 'none';
  /** Of the body, where `framing` is `length`. */
  length = 0;
  keepAlive = false;
  /** Seconds that its sender keeps an idle connection; Infinity where it doesn't say. */
  keepAliveSeconds = Infinity;
  upgrade = false;
  headBytes = 0;

  #isHead = false;
  #headComplete = false;
  #reasonFrom = 0;
  #reasonTo = 0;
  #interimSeen = false;
  #chunkFault: WireError | null = null;

  constructor(maxHeaderBytes: number) {
    super('response', maxHeaderBytes);
  }

  /** A request is about to be written. `isHead`: its response has no body, whatever it says. */
  expect(isHead: boolean): void {
    this.#isHead = isHead;
    this.#interimSeen = false;
    this.#begin();
  }

  /** The head was an interim one: another follows. */
  expectNext(): void {
    this.#interimSeen = true;
    this.#begin();
  }

  /** Something in HTTP has come since the request. */
  get answered(): boolean {
    return this.#interimSeen || statusLine.test(this.text);
  }

  /** Reads on in a head; returns the place behind what was read. Throws a WireError. */
  parseHead(bytes: Buffer, from: number, to: number): number {
    while (from < to && !this.#headComplete) {
      const at = this.readHeadPiece(bytes, from, to);
      if (at === -1) throw this.#malformed();
      if (this.text.length > this.maxBytes) {
        throw new WireError('head_too_large', 'the head of the response is too large');
      }
      if (this.placeCount > 4 * mostFields) {
        throw new WireError('response_malformed', `the response has over ${mostFields} fields`);
      }
      from = at;
    }
    return from;
  }

  /** The head that `parseHead` was at is complete, and its fields are there. */
  takeHead(): boolean {
    if (!this.#headComplete) return false;
    this.#headComplete = false;
    this.headBytes = this.text.length;
    this.reason = this.text.slice(this.#reasonFrom, this.#reasonTo);
    this.#readFraming(this.cutFields());
    return true;
  }

  /** Reads on in a chunked body: `spans` then tells where it is, and `chunkFault` whether more may follow. */
  parseChunks(bytes: Buffer, from: number, to: number): number {
    const at = this.readChunksPiece(bytes, from, to);
    if (at !== -1) return at;
    this.#chunkFault = this.#malformed();
    return to;
  }

  /** What is wrong behind the body's parts that were told last; null: nothing is. */
  get chunkFault(): WireError | null {
    if (this.#chunkFault !== null) return this.#chunkFault;
    if (this.trailers.length > 2 * mostFields || (this.inTrailers && this.overLimit)) {
      return new WireError('trailers_too_large', 'the trailers of the response are too large');
    }
    if (!this.overLimit) return null;
    return new WireError('response_malformed', 'the response has chunk extensions without end');
  }

  override onStatus(from: number, to: number): void {
    if (this.#reasonFrom === 0) this.#reasonFrom = this.base + from;
    this.#reasonTo = this.base + to;
  }

  override onHead(status: number, upgrade: boolean, keepAlive: boolean): void {
    this.status = status;
    this.upgrade = upgrade;
    this.keepAlive = keepAlive;
    this.#headComplete = true;
  }

  #begin(): void {
    this.beginHead();
    this.#headComplete = false;
    this.#reasonFrom = 0;
    this.#reasonTo = 0;
    this.#chunkFault = null;
    this.framing = 'none';
  }

  #readFraming(fields: readonly string[]): void {
    let length = -1;
    let coded = false;
    let named = '';
    this.keepAliveSeconds = Infinity;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (name.length === 14) {
        if (name.toLowerCase() === 'content-length') length = Number(fields[i + 1]);
      } else if (name.length === 10) {
        const key = name.toLowerCase();
        const value = fields[i + 1] as string;
        if (key === 'connection') named += `,${value.toLowerCase()}`;
        else if (key === 'keep-alive') this.keepAliveSeconds = secondsIn(value);
      } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        coded = true;
      }
    }
    this.#frame(length, coded, named);
  }

  #frame(length: number, coded: boolean, named: string): void {
    const { status } = this;
    this.length = 0;
    if (this.#isHead) {
      this.framing = 'none';
      // To llhttp, which doesn't know what was asked, one without a length ends with its connection.
      if (!this.keepAlive) this.keepAlive = this.#persists(named);
    } else if (status < 200 || status === 204 || status === 304) {
      this.framing = 'none';
      // Its sender may have sent the content as well.
      if (status >= 200 && (length > 0 || coded)) this.keepAlive = false;
    } else if (coded) {
      this.framing = this.llhttp.needsEnd ? 'until_end' : 'chunked';
    } else if (length >= 0) {
      this.framing = length === 0 ? 'none' : 'length';
      this.length = length;
    } else {
      this.framing = 'until_end';
    }
  }

  /** RFC 9112 section 9.3. */
  #persists(named: string): boolean {
    const options = named.split(',').map((option) => option.trim());
    if (options.includes('close')) return false;
    return this.llhttp.minorVersion === 1 || options.includes('keep-alive');
  }

  #malformed(): WireError {
    return new WireError(
      'response_malformed',
      `the response does not match the HTTP/1.1 protocol (${this.llhttp.fault})`,
    );
  }
}

function secondsIn(value: string): number {
  const found = /\btimeout=(\d+)/i.exec(value);
  return found === null ? Infinity : Number(found[1]);
}
