import { ResponseParser } from './response-parser.ts';
import { WireError } from './wire-error.ts';

/** Hears what the bytes of a response are; may stop or pause the reader from any call. */
export interface ResponseOwner {
  onContinue(): void;
  /** An interim head or the final one. */
  onHead(status: number, reason: string): void;
  /** Its memory is read into again once the call returns. */
  onData(chunk: Buffer): void;
  /** `surplus`: bytes have come behind its end. */
  onEnd(surplus: boolean): void;
  /** A 101; what follows is another protocol, and its first bytes may be here. */
  onSwitch(rest: Buffer): void;
  onFault(error: Error): void;
}

/** What the bytes that come are; `ended`: the response is over, and its owner, which has paused, is yet to hear it. */
type Phase = 'idle' | 'head' | 'length' | 'chunks' | 'until_end' | 'ended';

/** 100 Continue without end would keep a request waiting for its response for ever. */
const mostSkippedBytes = 64 * 1024;

/** Turns the bytes of a connection into one response at a time. While paused, nothing is told. */
export class ResponseReader {
  readonly parser: ResponseParser;
  readonly #owner: ResponseOwner;
  #phase: Phase = 'idle';
  /** Of the body, in the phase `length`. */
  #missingBytes = 0;
  #skippedBytes = 0;
  /** First of the parser's spans that has not been told. */
  #span = 0;
  #paused = false;
  #taking = false;
  /** What has been read and not been told; parsed up to `#restFrom`. */
  #rest: Buffer = nothing;
  #restFrom = 0;

  constructor(maxHeaderBytes: number, owner: ResponseOwner) {
    this.parser = new ResponseParser(maxHeaderBytes);
    this.#owner = owner;
  }

  /** A request is about to be written. `isHead`: its response has no body. */
  expect(isHead: boolean): void {
    this.#phase = 'head';
    this.#skippedBytes = 0;
    this.parser.expect(isHead);
  }

  /** No response is expected, or the one expected is over. */
  get idle(): boolean {
    return this.#phase === 'idle';
  }

  /** All of the response has come. */
  get complete(): boolean {
    return this.#phase === 'ended';
  }

  /** Nothing more of this response is told. */
  stop(): void {
    this.#phase = 'idle';
    this.#paused = false;
    this.#rest = nothing;
    this.#restFrom = 0;
    this.#span = 0;
    this.parser.spans.length = 0;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#taking || this.#phase === 'idle') return;
    const [rest, from] = [this.#rest, this.#restFrom];
    this.#rest = nothing;
    this.#restFrom = 0;
    this.#takeAll(rest, from, rest.length);
  }

  /** Bytes came, in memory that is read into again once the call returns. */
  take(bytes: Buffer): void {
    this.#takeAll(bytes, 0, bytes.length);
  }

  /** The connection has ended in order: so has a response that it delimits. */
  end(): void {
    if (this.#phase !== 'until_end') {
      this.#owner.onFault(this.#cutOff());
      return;
    }
    this.#phase = 'ended';
    if (!this.#paused) this.#takeAll(nothing, 0, 0);
  }

  #cutOff(): WireError {
    const where = this.#phase === 'head' ? 'without a response' : 'within its response';
    return new WireError('response_ended', `the upstream ended the connection ${where}`);
  }

  #takeAll(bytes: Buffer, from: number, to: number): void {
    this.#taking = true;
    try {
      let at = from;
      while (!this.#paused && this.#phase !== 'idle') {
        if (this.#phase === 'ended') {
          this.#finish(at < to);
          return;
        }
        if (at === to && this.#span === this.parser.spans.length) return;
        at = this.#step(bytes, at, to);
      }
      if (this.#phase !== 'idle') this.#keepRest(bytes, at, to);
    } catch (error) {
      this.#owner.onFault(error as Error);
    } finally {
      this.#taking = false;
    }
  }

  /** One head, or one part of a body; returns the place behind what has been parsed. */
  #step(bytes: Buffer, from: number, to: number): number {
    switch (this.#phase) {
      case 'head':
        return this.#readHead(bytes, from, to);
      case 'chunks':
        return this.#readChunks(bytes, from, to);
      case 'length': {
        const end = Math.min(to, from + this.#missingBytes);
        this.#missingBytes -= end - from;
        if (this.#missingBytes === 0) this.#phase = 'ended';
        this.#tell(bytes, from, end);
        return end;
      }
      default:
        this.#tell(bytes, from, to);
        return to;
    }
  }

  #readHead(bytes: Buffer, from: number, to: number): number {
    const { parser } = this;
    const at = parser.parseHead(bytes, from, to);
    if (!parser.takeHead()) return at;
    const { status, reason } = parser;
    if (status === 101) {
      const rest = copyOf(bytes, at, to);
      this.#phase = 'idle';
      this.#owner.onSwitch(rest);
      return to;
    }
    if (status >= 200) {
      const { framing } = parser;
      this.#missingBytes = parser.length;
      this.#phase = framing === 'none' ? 'ended' : framing === 'chunked' ? 'chunks' : framing;
    } else if (status === 100) {
      this.#skip();
    }
    if (status === 100) this.#owner.onContinue();
    else this.#owner.onHead(status, reason);
    if (this.#phase === 'head') parser.expectNext();
    return at;
  }

  #skip(): void {
    this.#skippedBytes += this.parser.headBytes;
    if (this.#skippedBytes > mostSkippedBytes) {
      throw new WireError('response_malformed', 'the upstream sent 100 Continue without end');
    }
  }

  #readChunks(bytes: Buffer, from: number, to: number): number {
    const { parser } = this;
    const { spans } = parser;
    let at = from;
    if (this.#span === spans.length) {
      at = parser.parseChunks(bytes, from, to);
      this.#span = 0;
    }
    if (this.#span < spans.length) {
      const begin = spans[this.#span] as number;
      const end = spans[this.#span + 1] as number;
      this.#span += 2;
      this.#tell(bytes, begin, end);
    }
    // Stopped meanwhile, there are none.
    if (this.#phase === 'chunks' && this.#span === spans.length) this.#afterChunks();
    return at;
  }

  #afterChunks(): void {
    const { parser } = this;
    parser.spans.length = 0;
    this.#span = 0;
    const { chunkFault } = parser;
    if (chunkFault !== null) throw chunkFault;
    if (parser.ended) this.#phase = 'ended';
  }

  #tell(bytes: Buffer, from: number, to: number): void {
    this.#owner.onData(bytes.subarray(from, to));
  }

  #keepRest(bytes: Buffer, at: number, to: number): void {
    const { spans } = this.parser;
    const begin = this.#span < spans.length ? (spans[this.#span] as number) : at;
    for (let i = this.#span; i < spans.length; i++) spans[i] = (spans[i] as number) - begin;
    this.#rest = copyOf(bytes, begin, to);
    this.#restFrom = at - begin;
  }

  #finish(surplus: boolean): void {
    this.stop();
    this.#owner.onEnd(surplus);
  }
}

const nothing: Buffer = Buffer.alloc(0);

const copyOf = (bytes: Buffer, from: number, to: number): Buffer =>
  from === to ? nothing : Buffer.from(bytes.subarray(from, to));
