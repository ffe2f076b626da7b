import { Llhttp, type ParserEvents, pieceBytes } from '../../../http/llhttp.ts';
import { WireError } from './wire-error.ts';

/** How the end of a body is told (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until_end';

/** As many as node:http takes. */
const mostFields = 2000;
/** Most that may stand between the bytes of a chunked body: sizes, and extensions that nobody reads. */
const mostChunkFramingBytes = 16 * 1024;

/** `HTTP/1.1 200 `, behind the empty lines that RFC 9112 section 2.2 allows. */
const statusLine = /^[\r\n]*HTTP\/1\.[01] [1-9]\d\d[ \r\n]/;

/**
 * Reads heads and chunked bodies. Each head is one string, of which the fields are slices; of a body only the places
 * are told, so that nothing of it is copied. Nobody is called back: what was found is there when a call returns.
 */
export class ResponseParser implements ParserEvents {
  /** Of the last head: */
  status = 0;
  reason = '';
  fields: string[] = [];
  framing: Framing = 'none';
  /** Of the body, where `framing` is `length`. */
  length = 0;
  keepAlive = false;
  /** Seconds that its sender keeps an idle connection; Infinity where it doesn't say. */
  keepAliveSeconds = Infinity;
  upgrade = false;
  headBytes = 0;

  trailers: string[] = [];
  /** Places of the body's parts in the bytes last parsed: from, to, from, to. */
  readonly spans: number[] = [];
  /** The chunked message is over. */
  ended = false;

  readonly #maxBytes: number;
  readonly #llhttp = new Llhttp('response', this);
  #isHead = false;
  #headComplete = false;
  /** The head as far as it has come. */
  #text = '';
  /** Where the present piece begins: in the text of the head, or in the bytes of a body. */
  #base = 0;
  /** Places in the text: a name, its value, a name… */
  readonly #places: number[] = [];
  /** How many of them are of this head: an array that is emptied gives its memory away. */
  #placeCount = 0;
  #reasonFrom = 0;
  #reasonTo = 0;
  /** What the last place belongs to: 0 a name, 1 a value. */
  #last = 1;
  #interimSeen = false;
  #inTrailers = false;
  #piece: Buffer = nothing;
  #bodyEnd = 0;
  #betweenBytes = 0;
  #overLimit = false;
  #chunkFault: WireError | null = null;

  constructor(maxHeaderBytes: number) {
    this.#maxBytes = maxHeaderBytes;
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
    return this.#interimSeen || statusLine.test(this.#text);
  }

  /** Reads on in a head; returns the place behind what was read. Throws a WireError. */
  parseHead(bytes: Buffer, from: number, to: number): number {
    while (from < to && !this.#headComplete) {
      const end = Math.min(to, from + pieceBytes);
      this.#base = this.#text.length;
      const at = this.#llhttp.execute(bytes, from, end);
      this.#text += bytes.toString('latin1', from, at === -1 ? end : at);
      if (at === -1) throw this.#malformed();
      if (this.#text.length > this.#maxBytes) {
        throw new WireError('head_too_large', 'the head of the response is too large');
      }
      if (this.#placeCount > 4 * mostFields) {
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
    this.headBytes = this.#text.length;
    this.reason = this.#text.slice(this.#reasonFrom, this.#reasonTo);
    this.#readFields();
    return true;
  }

  /** Reads on in a chunked body: `spans` then tells where it is, and `chunkFault` whether more may follow. */
  parseChunks(bytes: Buffer, from: number, to: number): number {
    this.spans.length = 0;
    const end = Math.min(to, from + pieceBytes);
    this.#piece = bytes;
    this.#base = from;
    this.#bodyEnd = from;
    const at = this.#llhttp.execute(bytes, from, end);
    this.#piece = nothing;
    if (at === -1) {
      this.#chunkFault = this.#malformed();
      return to;
    }
    this.#addBetween(at);
    return at;
  }

  /** What is wrong behind the body's parts that were told last; null: nothing is. */
  get chunkFault(): WireError | null {
    if (this.#chunkFault !== null) return this.#chunkFault;
    if (this.trailers.length > 2 * mostFields || (this.#inTrailers && this.#overLimit)) {
      return new WireError('trailers_too_large', 'the trailers of the response are too large');
    }
    if (!this.#overLimit) return null;
    return new WireError('response_malformed', 'the response has chunk extensions without end');
  }

  free(): void {
    this.#llhttp.free();
  }

  onTarget(): void {}

  onStatus(from: number, to: number): void {
    if (this.#reasonFrom === 0) this.#reasonFrom = this.#base + from;
    this.#reasonTo = this.#base + to;
  }

  onFieldName(from: number, to: number): void {
    this.#onFieldPart(0, from, to);
  }

  onFieldValue(from: number, to: number): void {
    this.#onFieldPart(1, from, to);
  }

  onHead(status: number, upgrade: boolean, keepAlive: boolean): void {
    this.status = status;
    this.upgrade = upgrade;
    this.keepAlive = keepAlive;
    this.#headComplete = true;
  }

  onBody(from: number, to: number): void {
    this.spans.push(this.#base + from, this.#base + to);
    this.#addBetween(this.#base + from);
    this.#betweenBytes = 0;
    this.#bodyEnd = this.#base + to;
  }

  onMessageEnd(): void {
    this.ended = true;
  }

  /** What stands between the bytes of a body: sizes and extensions of chunks, and the trailers behind the last. */
  #addBetween(end: number): void {
    this.#betweenBytes += end - this.#bodyEnd;
    const limit = this.#inTrailers ? this.#maxBytes : mostChunkFramingBytes;
    if (this.#betweenBytes > limit) this.#overLimit = true;
  }

  /** A part that goes on where the last one stopped, at the begin of a piece, is the same name or value. */
  #onFieldPart(kind: number, from: number, to: number): void {
    const goesOn = from === 0 && kind === this.#last;
    this.#last = kind;
    if (this.#inTrailers || this.framing === 'chunked') {
      this.#onTrailerPart(
        goesOn,
        this.#piece.toString('latin1', this.#base + from, this.#base + to),
      );
      return;
    }
    const places = this.#places;
    if (goesOn) {
      places[this.#placeCount - 1] = this.#base + to;
    } else {
      places[this.#placeCount++] = this.#base + from;
      places[this.#placeCount++] = this.#base + to;
    }
  }

  #onTrailerPart(goesOn: boolean, text: string): void {
    this.#inTrailers = true;
    const { trailers } = this;
    if (goesOn) trailers[trailers.length - 1] += text;
    else trailers.push(text);
  }

  #begin(): void {
    this.#llhttp.reset();
    this.#headComplete = false;
    this.#text = '';
    this.#placeCount = 0;
    this.#reasonFrom = 0;
    this.#reasonTo = 0;
    this.#last = 1;
    this.#inTrailers = false;
    this.#betweenBytes = 0;
    this.#overLimit = false;
    this.#chunkFault = null;
    this.framing = 'none';
    this.ended = false;
    if (this.trailers.length > 0) this.trailers = [];
  }

  #readFields(): void {
    const text = this.#text;
    const places = this.#places;
    const fields: string[] = [];
    let length = -1;
    let coded = false;
    let named = '';
    this.keepAliveSeconds = Infinity;
    for (let i = 0; i < this.#placeCount; i += 4) {
      const name = text.slice(places[i], places[i + 1]);
      const value = trimmedEnd(text.slice(places[i + 2], places[i + 3]));
      fields.push(name, value);
      if (name.length === 14) {
        if (name.toLowerCase() === 'content-length') length = Number(value);
      } else if (name.length === 10) {
        const key = name.toLowerCase();
        if (key === 'connection') named += `,${value.toLowerCase()}`;
        else if (key === 'keep-alive') this.keepAliveSeconds = secondsIn(value);
      } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        coded = true;
      }
    }
    this.fields = fields;
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
      this.framing = this.#llhttp.needsEnd ? 'until_end' : 'chunked';
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
    return this.#llhttp.minorVersion === 1 || options.includes('keep-alive');
  }

  #malformed(): WireError {
    return new WireError(
      'response_malformed',
      `the response does not match the HTTP/1.1 protocol (${this.#llhttp.fault})`,
    );
  }
}

const nothing: Buffer = Buffer.alloc(0);

/** llhttp leaves the white space behind a value to us. */
function trimmedEnd(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last === 0x20 || last === 0x09 ? value.replace(/[\t ]+$/, '') : value;
}

function secondsIn(value: string): number {
  const found = /\btimeout=(\d+)/i.exec(value);
  return found === null ? Infinity : Number(found[1]);
}
