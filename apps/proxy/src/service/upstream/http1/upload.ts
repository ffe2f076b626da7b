import type { Socket } from 'node:net';
import type { OutgoingRequest } from '../connection.ts';
import { declaredLength, expectsBody } from './request-head.ts';
import { wrongLength } from './write-request.ts';

export interface UploadOwner {
  onUploadPart(): void;
  onUploadEnd(): void;
  onUploadFailed(error: Error): void;
}

/** A part that is no larger leaves as one string with what frames it: joining costs less than a gathering write. */
const oneStringBytes = 8 * 1024;

/**
 * A body on its way to the upstream as it comes, no faster than the upstream takes it. The head leaves with its first
 * bytes. Whatever its source does once it has been stopped, nothing more is written.
 */
export class Upload {
  /** Whole lines, for behind the last chunk. */
  trailers = '';
  readonly #socket: Socket;
  readonly #owner: UploadOwner;
  /** null: in chunks. */
  readonly #declaredBytes: number | null;
  readonly #expectsBody: boolean;
  /** Empty once it has been written. */
  #head: string;
  #bytes = 0;
  #stopped = false;
  #onRoom: (() => void) | null = null;

  constructor(
    socket: Socket,
    head: string,
    { method, headers }: OutgoingRequest,
    owner: UploadOwner,
  ) {
    this.#socket = socket;
    this.#head = head;
    this.#declaredBytes = declaredLength(headers);
    this.#expectsBody = expectsBody(method);
    this.#owner = owner;
  }

  /** Never rejects: the owner hears how it ends. */
  async run(source: AsyncIterable<Buffer>): Promise<void> {
    const onDrain = () => this.#goOn();
    this.#socket.on('drain', onDrain);
    try {
      for await (const chunk of source) {
        if (this.#stopped) return;
        const room = chunk.length === 0 || this.#write(chunk);
        this.#owner.onUploadPart();
        if (!room && !this.#stopped) await this.#room();
        if (this.#stopped) return;
      }
      if (!this.#stopped) this.#end();
    } catch (error) {
      if (!this.#stopped) this.#owner.onUploadFailed(error as Error);
    } finally {
      this.#socket.off('drain', onDrain);
    }
  }

  /** The exchange is over, whatever of the body has been sent. */
  stop(): void {
    this.#stopped = true;
    this.#goOn();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #goOn(): void {
    this.#onRoom?.();
    this.#onRoom = null;
  }

  /** False: the upstream has enough for now. */
  #write(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    const declared = this.#declaredBytes;
    if (declared !== null && this.#bytes > declared) throw wrongLength(declared);
    const before = this.#takeHead() + (declared === null ? chunkHead(chunk.length) : '');
    if (chunk.length <= oneStringBytes) {
      return this.#socket.write(before + chunk.toString('latin1'), 'latin1');
    }
    this.#socket.cork();
    if (before !== '') this.#socket.write(before, 'latin1');
    const room = this.#socket.write(chunk);
    this.#socket.uncork();
    return room;
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

  #end(): void {
    const declared = this.#declaredBytes;
    if (declared !== null && this.#bytes < declared) throw wrongLength(declared);
    const end = this.#lastBytes();
    if (end !== '') this.#socket.write(end, 'latin1');
    this.#owner.onUploadEnd();
  }

  #lastBytes(): string {
    if (this.#declaredBytes === null && (this.#bytes > 0 || this.trailers !== '')) {
      return `${this.#takeHead()}\r\n0\r\n${this.trailers}\r\n`;
    }
    if (this.#head === '') return '';
    return `${this.#head}${this.#expectsBody ? 'content-length: 0\r\n' : ''}\r\n`;
  }
}

const chunkHead = (bytes: number): string => `\r\n${bytes.toString(16)}\r\n`;
