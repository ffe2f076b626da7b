import type { FieldList } from '../../http/client-request.ts';
import { MessageParser } from '../../http/message-parser.ts';

/** Why what came is no request, with the status that answers it. */
export interface WireFault {
  readonly status: number;
  readonly reason: string;
}

const headTooLarge: WireFault = { status: 431, reason: 'HPE_HEADER_OVERFLOW' };
const extensionsTooLarge: WireFault = { status: 413, reason: 'HPE_CHUNK_EXTENSIONS_OVERFLOW' };

/** Reads heads and chunked bodies of one connection's requests. */
export class RequestParser extends MessageParser {
  /** Of the last head: */
  method = '';
  target = '';
  httpVersion = '1.1';
  /** Null: only the body's end tells. */
  contentLength: number | null = 0;
  keepAlive = true;
  /** Connection and Upgrade ask for another protocol, or the method is CONNECT. */
  wantsUpgrade = false;

  headComplete = false;
  /** Stands once a call returned -1. */
  fault: WireFault | null = null;

  #targetFrom = 0;
  #targetTo = 0;

  constructor(maxHeaderBytes: number) {
    super('request', maxHeaderBytes);
  }

  /** A head has begun, and not ended. */
  get inHead(): boolean {
    return !this.headComplete && methodFrom(this.text) < this.text.length;
  }

  /** What comes next is the begin of a request. */
  begin(): void {
    this.beginHead();
    this.headComplete = false;
    this.#targetFrom = -1;
  }

  /** Reads on in a head, and returns the place behind what was read; -1: see `fault`. */
  parseHead(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && !this.headComplete) {
      at = this.readHeadPiece(bytes, at, bytes.length);
      if (at === -1) return this.#fail(this.#malformed());
      if (this.text.length > this.maxBytes && this.#bytesThatCount() >= this.maxBytes) {
        return this.#fail(headTooLarge);
      }
    }
    if (this.headComplete) this.#readHead();
    return at;
  }

  /** Reads on in a chunked body, and returns the place behind it: `spans` then tells where its parts are; -1: see `fault`. */
  parseChunks(bytes: Buffer, from: number): number {
    const at = this.readChunksPiece(bytes, from, bytes.length);
    if (at === -1) return this.#fail(this.#malformed());
    if (!this.overLimit) return at;
    return this.#fail(this.inTrailers ? headTooLarge : extensionsTooLarge);
  }

  override onTarget(from: number, to: number): void {
    if (this.#targetFrom === -1) this.#targetFrom = this.base + from;
    this.#targetTo = this.base + to;
  }

  override onHead(_status: number, upgrade: boolean, keepAlive: boolean): void {
    this.wantsUpgrade = upgrade;
    this.keepAlive = keepAlive;
    this.headComplete = true;
  }

  #fail(fault: WireFault): -1 {
    this.fault = fault;
    return -1;
  }

  #malformed(): WireFault {
    return { status: 400, reason: this.llhttp.faultName };
  }

  /** node:http counts names and values, and neither the colons nor the line ends between them. */
  #bytesThatCount(): number {
    return this.text.length - this.placeCount;
  }

  #readHead(): void {
    const { text } = this;
    this.method = text.slice(methodFrom(text), text.indexOf(' '));
    this.target = text.slice(this.#targetFrom, this.#targetTo);
    const minor = this.llhttp.minorVersion;
    const major = this.llhttp.majorVersion;
    this.httpVersion = major === 1 && minor === 1 ? '1.1' : `${major}.${minor}`;
    this.#frame(this.cutFields());
  }

  #frame(fields: FieldList): void {
    this.contentLength = 0;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i] as string;
      if (name.length === 14) {
        if (name.toLowerCase() === 'content-length') this.contentLength = Number(fields[i + 1]);
      } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        this.contentLength = null;
      }
    }
  }
}

/** Behind the empty lines that RFC 9112 section 2.2 allows. */
function methodFrom(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) < 0x20) at++;
  return at;
}
