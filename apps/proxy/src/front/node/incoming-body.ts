import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import type { BodyReader } from '../client.ts';

/** A request's content, read from node:http's stream a chunk a pull, so that the rest stays with the client. */
export class IncomingBody {
  readonly #request: IncomingMessage;
  readonly #onReadable = () => this.#look();
  readonly #stopListening: () => void;
  #reader: BodyReader | null = null;
  #ended = false;
  #error: Error | null = null;

  constructor(request: IncomingMessage) {
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
    this.#reader = null;
    if (this.#ended) return;
    this.#leave();
    this.#request.resume();
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
