import type { FieldList } from '../../http/client-request.ts';
import { Llhttp, type ParserEvents, pieceBytes } from '../../http/llhttp.ts';

/** Most that may stand between the bytes of a chunked body: what node:http allows the extensions of a chunk. */
const mostChunkFramingBytes = 16 * 1024;

/** Why what came is no request, with the status that answers it. */
export interface WireFault {
  readonly status: number;
  readonly reason: string;
}

const headTooLarge: WireFault = { status: 431, reason: 'HPE_HEADER_OVERFLOW' };
const extensionsTooLarge: WireFault = { status: 413, reason: 'HPE_CHUNK_EXTENSIONS_OVERFLOW' };

/**
 * Reads heads and chunked bodies of one connection. A head is one string, of which the fields are slices; of a body
 * only the places are told, so that nothing of it is copied.
 */
export class RequestParser implements ParserEvents {
  /** Of the last head: */
  method = '';
  target = '';
  httpVersion = '1.1';
  fields: string[] = [];
  /** Null: only the body's end tells. */
  contentLength: number | null = 0;
  keepAlive = true;
  /** Connection and Upgrade ask for another protocol, or the method is CONNECT. */
  wantsUpgrade = false;

  headComplete = false;
  trailers: string[] = [];
  /** Places of the body's parts in the bytes last parsed: from, to, from, to. */
  readonly spans: number[] = [];
  /** The chunked message is over. */
  ended = false;
  /** Stands once a call returned -1. */
  fault: WireFault | null = null;

  readonly #maxBytes: number;
  readonly #llhttp = new Llhttp('request', this);
  /** The head as far as it has come. */
  #text = '';
  /** Where the present piece begins: in the text of the head, or in the bytes of a body. */
  #base = 0;
  #targetFrom = 0;
  #targetTo = 0;
  /** Places in the text: a name, its value, a name… */
  readonly #places: number[] = [];
  /** How many of them are of this head: an array that is emptied gives its memory away. */
  #placeCount = 0;
  /** What the last place belongs to: 0 a name, 1 a value. */
  #last = 1;
  #inBody = false;
  #inTrailers = false;
  #piece: Buffer = nothing;
  #bodyEnd = 0;
  #betweenBytes = 0;
  #overLimit = false;

  constructor(maxHeaderBytes: number) {
    this.#maxBytes = maxHeaderBytes;
  }

  /** A head has begun, and not ended. */
  get inHead(): boolean {
    return !this.headComplete && methodFrom(this.#text) < this.#text.length;
  }

  /** What comes next is the begin of a request. */
  begin(): void {
    this.#llhttp.reset();
    this.headComplete = false;
    this.#text = '';
    this.#placeCount = 0;
    this.#last = 1;
    this.#targetFrom = -1;
    if (!this.#inBody) return;
    this.#inBody = false;
    this.#inTrailers = false;
    this.#betweenBytes = 0;
    this.#overLimit = false;
    this.ended = false;
    this.trailers = [];
  }

  /** Reads on in a head, and returns the place behind what was read; -1: see `fault`. */
  parseHead(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && !this.headComplete) {
      const end = Math.min(bytes.length, at + pieceBytes);
      this.#base = this.#text.length;
      const next = this.#llhttp.execute(bytes, at, end);
      if (next === -1) return this.#fail(this.#malformed());
      this.#text += bytes.toString('latin1', at, next);
      if (this.#text.length > this.#maxBytes && this.#bytesThatCount() >= this.#maxBytes) {
        return this.#fail(headTooLarge);
      }
      at = next;
    }
    if (this.headComplete) this.#readHead();
    return at;
  }

  /** Reads on in a chunked body, and returns the place behind it: `spans` then tells where its parts are; -1: see `fault`. */
  parseChunks(bytes: Buffer, from: number): number {
    this.#inBody = true;
    this.spans.length = 0;
    const end = Math.min(bytes.length, from + pieceBytes);
    this.#piece = bytes;
    this.#base = from;
    this.#bodyEnd = from;
    const at = this.#llhttp.execute(bytes, from, end);
    this.#piece = nothing;
    if (at === -1) return this.#fail(this.#malformed());
    this.#addBetween(at);
    if (!this.#overLimit) return at;
    return this.#fail(this.#inTrailers ? headTooLarge : extensionsTooLarge);
  }

  free(): void {
    this.#llhttp.free();
  }

  onTarget(from: number, to: number): void {
    if (this.#targetFrom === -1) this.#targetFrom = this.#base + from;
    this.#targetTo = this.#base + to;
  }

  onStatus(): void {}

  onFieldName(from: number, to: number): void {
    this.#onFieldPart(0, from, to);
  }

  onFieldValue(from: number, to: number): void {
    this.#onFieldPart(1, from, to);
  }

  onHead(_status: number, upgrade: boolean, keepAlive: boolean): void {
    this.wantsUpgrade = upgrade;
    this.keepAlive = keepAlive;
    this.headComplete = true;
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

  #fail(fault: WireFault): -1 {
    this.fault = fault;
    return -1;
  }

  #malformed(): WireFault {
    return { status: 400, reason: this.#llhttp.faultName };
  }

  /** node:http counts names and values, and neither the colons nor the line ends between them. */
  #bytesThatCount(): number {
    return this.#text.length - this.#placeCount;
  }

  /** What stands between the bytes of a body: sizes and extensions of chunks, and the trailers behind the last. */
  #addBetween(end: number): void {
    this.#betweenBytes += end - this.#bodyEnd;
    this.#bodyEnd = end;
    const limit = this.#inTrailers ? this.#maxBytes : mostChunkFramingBytes;
    if (this.#betweenBytes > limit) this.#overLimit = true;
  }

  /** A part that follows one of its kind goes on where that stopped, at the end of a piece. */
  #onFieldPart(kind: number, from: number, to: number): void {
    const goesOn = kind === this.#last;
    this.#last = kind;
    if (this.#inBody) {
      this.#inTrailers = true;
      const text = this.#piece.toString('latin1', this.#base + from, this.#base + to);
      if (goesOn) this.trailers[this.trailers.length - 1] += text;
      else this.trailers.push(text);
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

  #readHead(): void {
    const text = this.#text;
    const places = this.#places;
    this.method = text.slice(methodFrom(text), text.indexOf(' '));
    this.target = text.slice(this.#targetFrom, this.#targetTo);
    const minor = this.#llhttp.minorVersion;
    const major = this.#llhttp.majorVersion;
    this.httpVersion = major === 1 && minor === 1 ? '1.1' : `${major}.${minor}`;
    const fields: string[] = [];
    this.contentLength = 0;
    for (let i = 0; i < this.#placeCount; i += 4) {
      const name = text.slice(places[i], places[i + 1]);
      const value = trimmedEnd(text.slice(places[i + 2], places[i + 3]));
      fields.push(name, value);
      if (name.length === 14) {
        if (name.toLowerCase() === 'content-length') this.contentLength = Number(value);
      } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        this.contentLength = null;
      }
    }
    this.fields = fields;
  }
}

const nothing: Buffer = Buffer.alloc(0);

/** Behind the empty lines that RFC 9112 section 2.2 allows. */
function methodFrom(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) < 0x20) at++;
  return at;
}

/** llhttp leaves the white space behind a value to us. */
function trimmedEnd(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last === 0x20 || last === 0x09 ? value.replace(/[\t ]+$/, '') : value;
}

export const trimmedValues = (fields: FieldList): string[] =>
  fields.map((text, i) => (i % 2 === 0 ? text : trimmedEnd(text)));
