/** A response that will be retried is read to its end to save the connection, up to this much. */
const discardLimitBytes = 64 * 1024;

/** A response of which nobody gets the content. */
export class DiscardedResponse {
  readonly #attempt: { abort(): void };
  #bytes = 0;

  constructor(attempt: { abort(): void }) {
    this.#attempt = attempt;
  }

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > discardLimitBytes) this.#attempt.abort();
  }
}
