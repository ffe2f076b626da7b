import type { Socket } from 'node:net';
import { type DirectWriter, oneStringBytes } from '../../../system/direct-writer.ts';
import type { BodySink, BodySource, OutgoingRequest } from '../connection.ts';
import { declaredLength, expectsBody } from './request-head.ts';
import { wrongLength } from './write-request.ts';

export interface UploadOwner {
  onUploadPart(): void;
  onUploadEnd(): void;
  onUploadFailed(error: Error): void;
}

/**
 * A body on its way to the upstream as it comes, no faster than the upstream takes it; one for a connection, a body after
 * another. The head leaves with its first bytes. Whatever its source does once it has been stopped, nothing is written.
 */
export class Upload implements BodySink {
  readonly #owner: UploadOwner;
  /** Null: there is none. */
  #source: BodySource | null = null;
  #socket: Socket | null = null;
  #writer: DirectWriter | null = null;
  /** null: in chunks. */
  #declaredBytes: number | null = null;
  #expectsBody = false;
  /** Empty once it has been written. */
  #head = '';
  #bytes = 0;
  /** The upstream takes more. */
  #hasRoom = true;
  /** The source has been asked, and has said nothing yet. */
  #asked = false;
  #asking = false;

  constructor(owner: UploadOwner) {
    this.#owner = owner;
  }

  get underWay(): boolean {
    return this.#source !== null;
  }

  begin(
    socket: Socket,
    writer: DirectWriter,
    head: string,
    { method, headers }: OutgoingRequest,
    source: BodySource,
  ): void {
    this.#socket = socket;
    this.#writer = writer;
    this.#head = head;
    this.#declaredBytes = declaredLength(headers);
    this.#expectsBody = expectsBody(method);
    this.#bytes = 0;
    this.#hasRoom = true;
    this.#asked = false;
    this.#source = source;
    this.#ask();
  }

  /** The exchange is over, whatever of the body has been sent. */
  stop(): void {
    const source = this.#source;
    this.#source = null;
    this.#socket = null;
    this.#writer = null;
    source?.leave(this);
  }

  onBodyPart(bytes: Buffer): void {
    this.#asked = false;
    if (this.#source === null) return;
    this.#bytes += bytes.length;
    const declared = this.#declaredBytes;
    if (declared !== null && this.#bytes > declared) {
      this.#fail(wrongLength(declared));
      return;
    }
    if (bytes.length > 0) this.#hasRoom = this.#write(bytes);
    this.#owner.onUploadPart();
    this.#ask();
  }

  onBodyEnd(trailers: string): void {
    this.#asked = false;
    if (this.#source === null) return;
    const declared = this.#declaredBytes;
    if (declared !== null && this.#bytes < declared) {
      this.#fail(wrongLength(declared));
      return;
    }
    const end = this.#lastBytes(trailers);
    if (end !== '') this.#socket?.write(end, 'latin1');
    this.#source = null;
    this.#owner.onUploadEnd();
  }

  onBodyFailed(error: Error): void {
    this.#asked = false;
    if (this.#source !== null) this.#fail(error);
  }

  /** The upstream has taken all that was written. */
  onDrain(): void {
    // One write may be told of in two ways, and another be under way by then.
    if (this.#hasRoom || this.#source === null || this.#socket?.writableLength !== 0) return;
    this.#hasRoom = true;
    this.#ask();
  }

  readonly #onOut = (error?: Error | null): void => {
    if (!error) this.onDrain();
  };

  /** A loop, as the source may tell within its call: a body of single bytes would else nest as deep as it is long. */
  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#source !== null && this.#hasRoom && !this.#asked) {
        this.#asked = true;
        this.#source.pull(this);
      }
    } finally {
      this.#asking = false;
    }
  }

  #fail(error: Error): void {
    this.stop();
    this.#owner.onUploadFailed(error);
  }

  /** False: the upstream has enough for now. */
  #write(bytes: Buffer): boolean {
    const chunked = this.#declaredBytes === null;
    const before = this.#takeHead() + (chunked ? chunkHead(bytes.length) : '');
    if (bytes.length > oneStringBytes) {
      return (this.#writer as DirectWriter).write(before, bytes, '', this.#onOut);
    }
    return (this.#socket as Socket).write(before + bytes.toString('latin1'), 'latin1');
  }

  #takeHead(): string {
    const head = this.#head;
    if (head === '') return '';
    this.#head = '';
    const declared = this.#declaredBytes;
    // Each chunk brings the line end of what is before it: its own write is then the last one.
    if (declared === null) return `${head}transfer-encoding: chunked\r\n`;
    return `${head}content-length: ${declared}\r\n\r\n`;
  }

  #lastBytes(trailers: string): string {
    if (this.#declaredBytes === null && (this.#bytes > 0 || trailers !== '')) {
      return `${this.#takeHead()}\r\n0\r\n${trailers}\r\n`;
    }
    if (this.#head === '') return '';
    return `${this.#head}${this.#expectsBody ? 'content-length: 0\r\n' : ''}\r\n`;
  }
}

const chunkHead = (bytes: number): string => `\r\n${bytes.toString(16)}\r\n`;
