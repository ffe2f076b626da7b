import type { ReadStream, WriteStream } from 'node:tty';

// Alternate screen; no cursor; no wrapping, so that a glyph which is wider here than thought harms one line.
const enterScreen = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const leaveScreen = '\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l';

/** The terminal as a screen, and as it was before. Both may be asked for again and again. */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  #entered = false;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  write(text: string): void {
    if (this.#entered) this.#output.write(text);
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    if (this.#input.isTTY) this.#input.setRawMode(true);
    this.#output.write(enterScreen);
  }

  /** Writes to a terminal are synchronous, so that this works while the process ends. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#output.write(leaveScreen);
    try {
      if (this.#input.isTTY) this.#input.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  }
}
