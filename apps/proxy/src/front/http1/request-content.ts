import { copyOf, giveBack } from '../../system/spare-memory.ts';
import type { BodyReader } from '../client.ts';

/** Read ahead of whoever pulls: a client that leaves is noticed only while something is read of it. */
const mostAheadBytes = 64 * 1024;

/** Where content comes from: it stops reading while nobody takes what has come. */
export interface ContentSource {
  readOn(): void;
}

/** How far the content of a request has come: `dropped` is read, and given to nobody. */
type State = 'coming' | 'whole' | 'broken' | 'dropped';

/** A request's content between the connection that reads it and whoever pulls it. */
export class RequestContent {
  trailers: string[] = [];
  readonly #source: ContentSource;
  #state: State = 'coming';
  #chunks: Buffer[] = [];
  #bytes = 0;
  #reader: BodyReader | null = null;
  #pulled = false;

  constructor(source: ContentSource) {
    this.#source = source;
  }

  /** Nobody has asked for what is here: no more is to be read. */
  get full(): boolean {
    return this.#bytes >= mostAheadBytes;
  }

  /** All of it, where it is there already and nobody has pulled. */
  takeAll(length: number | null): Buffer | null {
    if (this.#pulled || this.#state !== 'whole' || this.#bytes !== length) return null;
    this.#pulled = true;
    return this.#take();
  }

  pull(reader: BodyReader): void {
    this.#pulled = true;
    if (this.#bytes > 0) {
      const bytes = this.#take();
      reader.onBodyChunk(bytes);
      giveBack(bytes);
    } else if (this.#state === 'coming') {
      this.#reader = reader;
      this.#source.readOn();
    } else {
      this.#tellEnd(reader);
    }
  }

  drop(): void {
    this.#reader = null;
    this.#chunks = [];
    this.#bytes = 0;
    if (this.#state !== 'coming') return;
    this.#state = 'dropped';
    this.#source.readOn();
  }

  onChunk(bytes: Buffer): void {
    if (this.#state !== 'coming') return;
    const reader = this.#reader;
    if (reader !== null) {
      this.#reader = null;
      reader.onBodyChunk(bytes);
      return;
    }
    this.#chunks.push(copyOf(bytes));
    this.#bytes += bytes.length;
  }

  onEnd(): void {
    this.#over('whole');
  }

  onBrokenOff(): void {
    this.#over('broken');
  }

  #over(state: 'whole' | 'broken'): void {
    if (this.#state !== 'coming') return;
    this.#state = state;
    const reader = this.#reader;
    this.#reader = null;
    if (reader !== null) this.#tellEnd(reader);
  }

  #tellEnd(reader: BodyReader): void {
    if (this.#state === 'whole') reader.onBodyEnd();
    else reader.onBodyError(new Error('the client broke off its request body'));
  }

  #take(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    if (chunks.length === 1) return chunks[0] as Buffer;
    const bytes = Buffer.concat(chunks);
    for (const chunk of chunks) giveBack(chunk);
    return bytes;
  }
}
