import type { ChalkInstance } from 'chalk';
import { lineWidth } from '../screen/text/fit.ts';
import { toAscii } from '../screen/text/glyphs.ts';
import type { Line, Style } from '../screen/text/span.ts';

/** A line ready to be written. */
export interface PaintedLine {
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
}

export type LinePainter = (line: Line) => PaintedLine;

/** The only place where a style becomes a colour; without colours the text alone is left. */
export function linePainter(colour: ChalkInstance, { ascii }: { ascii: boolean }): LinePainter {
  const paint: Readonly<Record<Style, (text: string) => string>> = {
    plain: (text) => text,
    dim: colour.dim,
    strong: colour.bold,
    good: colour.green,
    warn: colour.yellow,
    bad: colour.red.bold,
    accent: colour.cyan,
    caption: colour.inverse,
  };
  return (line) => {
    const shown = ascii ? line.map((piece) => ({ ...piece, text: toAscii(piece.text) })) : line;
    return {
      text: shown.map(({ text, style }) => paint[style](text)).join(''),
      width: lineWidth(shown),
    };
  };
}
