/**
 * What all requests together may hold, in bytes: of request bodies for another attempt
 * (`--retry-body-total`), of answers for slow clients (`--response-buffer-total`).
 */
export class HeldMemory {
  #limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** What is held beyond a lower limit stays until it is given back. */
  set limitBytes(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#limitBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
