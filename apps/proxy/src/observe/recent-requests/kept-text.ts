/** What stands at the end of a text that was cut. */
export const cutMark = '...';

/** Below this a loop is quicker than a call out of JavaScript. */
const shortLength = 32;
const initialBytes = 64;

/**
 * A text of one byte a character, as request targets and ids are, kept in bytes that are used again and
 * again. Kept as a string it would survive until the next one takes its place, thousands of requests
 * later: that made every young-generation collection under load half as long again.
 */
export class KeptText {
  readonly #longest: number;
  #bytes = Buffer.allocUnsafeSlow(initialBytes);
  #length = 0;
  #isCut = false;

  /** Most characters kept. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  set(text: string): void {
    this.#isCut = text.length > this.#longest;
    const length = this.#isCut ? this.#longest - cutMark.length : text.length;
    if (length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    this.#length = length;
    if (length > shortLength) bytes.write(text, 0, length, 'latin1');
    else for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  }

  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length) + (this.#isCut ? cutMark : '');
  }

  #grow(length: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(
      Math.min(this.#longest, 2 ** Math.ceil(Math.log2(length))),
    );
  }
}
