import { RequestContent } from './request-content.ts';
import { RequestParser, trimmedValues, type WireFault } from './request-parser.ts';

/**
 * What the next bytes are:
 * - `head`: a request's, or nothing has come of it yet
 * - `length`, `chunked`: content of the last request
 * - `ahead`: in the protocol to which it wants to switch
 * - `nothing`: of no interest, as the last response is decided
 */
type Input = 'head' | 'length' | 'chunked' | 'ahead' | 'nothing';

export interface MessageOwner {
  /** False: the next request has to wait, and so has the rest of the bytes. */
  mayBegin(): boolean;
  /** A head is complete, and in the parser. It says what is to come: `expect…`. */
  onHead(parser: RequestParser): void;
  /** A head has begun and goes on. */
  onHeadBegun(): void;
  onMessageEnd(): void;
  onAhead(bytes: Buffer): void;
  onFault(fault: WireFault): void;
  onContentFault(fault: WireFault): void;
  /** Content is asked for. */
  readOn(): void;
}

/** Takes the bytes of one connection apart, a message after another. */
export class MessageReader {
  /** Bytes of no interest have come. */
  dropped = false;
  readonly #owner: MessageOwner;
  readonly #parser: RequestParser;
  #input: Input = 'head';
  /** Of the last request, while it comes. */
  #content: RequestContent | null = null;
  /** Bytes to come of it, where its length is declared. */
  #left = 0;

  constructor(maxHeaderBytes: number, owner: MessageOwner) {
    this.#owner = owner;
    this.#parser = new RequestParser(maxHeaderBytes);
    this.#parser.begin();
  }

  get input(): Input {
    return this.#input;
  }

  get inHead(): boolean {
    return this.#input === 'head' && this.#parser.inHead;
  }

  get inContent(): boolean {
    return this.#content !== null;
  }

  /** Nobody has asked for the content that is here. */
  get full(): boolean {
    return this.#content?.full === true;
  }

  expectHead(): void {
    this.#parser.begin();
    this.#input = 'head';
  }

  /** `length` null: its end is told. */
  expectContent(length: number | null): RequestContent {
    const content = new RequestContent(this.#owner);
    this.#content = content;
    this.#left = length ?? 0;
    this.#input = length === null ? 'chunked' : 'length';
    return content;
  }

  expectAhead(): void {
    this.#input = 'ahead';
  }

  expectNothing(): void {
    this.#input = 'nothing';
  }

  /** The content of the last request will not come whole. */
  breakOff(): void {
    const content = this.#content;
    this.#content = null;
    this.#input = 'nothing';
    content?.onBrokenOff();
  }

  /** Returns the place behind what was read. */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#input === 'head' && !this.#owner.mayBegin()) return at;
      at = this.#step(bytes, at);
    }
    return at;
  }

  free(): void {
    this.#parser.free();
  }

  #step(bytes: Buffer, from: number): number {
    switch (this.#input) {
      case 'head':
        return this.#readHead(bytes, from);
      case 'length':
        return this.#readLength(bytes, from);
      case 'chunked':
        return this.#readChunks(bytes, from);
      case 'ahead':
        this.#owner.onAhead(bytes.subarray(from));
        return bytes.length;
      case 'nothing':
        this.dropped = true;
        return bytes.length;
    }
  }

  #readHead(bytes: Buffer, from: number): number {
    const at = this.#parser.parseHead(bytes, from);
    if (at === -1) {
      this.#drop();
      this.#owner.onFault(this.#parser.fault as WireFault);
      return bytes.length;
    }
    if (this.#parser.headComplete) this.#owner.onHead(this.#parser);
    else if (this.#parser.inHead) this.#owner.onHeadBegun();
    return at;
  }

  #readLength(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.#left);
    this.#left -= to - from;
    const content = this.#content as RequestContent;
    content.onChunk(bytes.subarray(from, to));
    if (this.#left === 0 && this.#input === 'length') this.#endMessage(content);
    return to;
  }

  #readChunks(bytes: Buffer, from: number): number {
    const parser = this.#parser;
    const content = this.#content as RequestContent;
    const at = parser.parseChunks(bytes, from);
    const part = joinSpans(bytes, parser.spans);
    if (part !== null) content.onChunk(part);
    if (at === -1) {
      this.#drop();
      this.#owner.onContentFault(parser.fault as WireFault);
      this.breakOff();
      return bytes.length;
    }
    if (parser.ended && this.#input === 'chunked') {
      content.trailers = trimmedValues(parser.trailers);
      this.#endMessage(content);
    }
    return at;
  }

  #endMessage(content: RequestContent): void {
    this.#content = null;
    this.#owner.onMessageEnd();
    content.onEnd();
  }

  #drop(): void {
    this.#input = 'nothing';
    this.dropped = true;
  }
}

/** The parts of a body, moved together within their memory: what framed them has been read. */
function joinSpans(bytes: Buffer, spans: readonly number[]): Buffer | null {
  if (spans.length === 0) return null;
  const from = spans[0] as number;
  let to = spans[1] as number;
  for (let i = 2; i < spans.length; i += 2) {
    const begin = spans[i] as number;
    const end = spans[i + 1] as number;
    bytes.copyWithin(to, begin, end);
    to += end - begin;
  }
  return bytes.subarray(from, to);
}
