import { finished, type Readable } from 'node:stream';
import type { BodyReader } from '../client.ts';

/** A request's content, read from a stream of Node's a chunk a pull, so that the rest stays with the client. */
export class IncomingBody {
  readonly #request: Readable;
  readonly #onReadable = () => this.#look();
  readonly #stopListening: () => void;
  #reader: BodyReader | null = null;
  #ended = false;
  #error: Error | null = null;

  constructor(request: Readable) {
    this.#request = request;
    request.on('readable', this.#onReadable);
    this.#stopListening = finished(request, { writable: false }, (error) => {
      if (error) this.#error = error;
      else this.#ended = true;
      this.#look();
    });
  }

  pull(reader: BodyReader): void {
    this.#reader = reader;
    this.#look();
  }

  drop(): void {
    if (this.stop()) this.#request.resume();
  }

  /** Nobody pulls any more; false when all of it has been read. */
  stop(): boolean {
    this.#reader = null;
    if (this.#ended) return false;
    this.#leave();
    return true;
  }

  #look(): void {
    const reader = this.#reader;
    if (reader === null) return;
    const chunk = this.#request.destroyed ? null : (this.#request.read() as Buffer | null);
    if (chunk === null && !this.#ended && this.#error === null) return;
    this.#reader = null;
    if (chunk !== null) {
      reader.onBodyChunk(chunk);
      return;
    }
    this.#leave();
    if (this.#error === null) reader.onBodyEnd();
    else reader.onBodyError(this.#error);
  }

  #leave(): void {
    this.#request.off('readable', this.#onReadable);
    this.#stopListening();
  }
}
