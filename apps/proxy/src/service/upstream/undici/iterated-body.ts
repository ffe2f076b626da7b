import type { BodySink, BodySource } from '../connection.ts';

/** A request's content as undici takes it: parts of memory that nobody else uses, one at a time. */
export class IteratedBody implements AsyncIterable<Buffer>, BodySink {
  readonly #source: BodySource;
  readonly #onTrailers: (fields: string) => void;
  #trailers = '';
  #resolve: ((part: Buffer | null) => void) | null = null;
  #reject: ((error: Error) => void) | null = null;

  constructor(source: BodySource, onTrailers: (fields: string) => void) {
    this.#source = source;
    this.#onTrailers = onTrailers;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    // undici is within its dispatch: what is read may end the request, and must not do so there.
    await null;
    for (let part = await this.#next(); part !== null; part = await this.#next()) yield part;
    // Only here: undici writes the end of the content next, before anything else happens.
    this.#onTrailers(this.#trailers);
  }

  onBodyPart(bytes: Buffer): void {
    this.#resolve?.(Buffer.from(bytes));
  }

  onBodyEnd(trailers: string): void {
    this.#trailers = trailers;
    this.#resolve?.(null);
  }

  onBodyFailed(error: Error): void {
    this.#reject?.(error);
  }

  #next(): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#source.pull(this);
    });
  }
}
