import type { PaintedLine } from './paint-line.ts';

// https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036: terminals that know mode
// 2026 show the frame at once, others ignore it.
const beginFrame = '\x1b[?2026h';
const endFrame = '\x1b[?2026l';
const clearScreen = '\x1b[2J';
const clearToEnd = '\x1b[K';

/** Draws frames: one write each, with the lines that changed; nothing when none did. */
export class Renderer {
  readonly #write: (text: string) => void;
  #drawn: readonly PaintedLine[] | null = null;
  #columns = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  draw(lines: readonly PaintedLine[], columns: number): void {
    const before = this.#drawn;
    const anew = before === null || before.length !== lines.length || this.#columns !== columns;
    const parts: string[] = anew ? [clearScreen] : [];
    for (const [row, line] of lines.entries()) {
      const isSame = anew ? line.width === 0 : before[row]?.text === line.text;
      if (isSame) continue;
      // Behind a full line the cursor stands on its last column: clearing would take that away.
      const rest = line.width < columns ? clearToEnd : '';
      parts.push(`\x1b[${row + 1};1H${line.text}${rest}`);
    }
    this.#drawn = lines;
    this.#columns = columns;
    if (parts.length > 0) this.#write(beginFrame + parts.join('') + endFrame);
  }

  /** Somebody else wrote to the screen, or it was changed: the next frame is drawn in full. */
  forget(): void {
    this.#drawn = null;
  }
}
