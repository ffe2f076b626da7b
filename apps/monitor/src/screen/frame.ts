import type { Canvas, Page } from './canvas.ts';
import { footer } from './footer.ts';
import { header } from './header.ts';
import type { ScreenState, ViewName } from './screen-state.ts';
import { cutLine } from './text/fit.ts';
import type { Glyphs } from './text/glyphs.ts';
import { type Line, span } from './text/span.ts';
import { help } from './views/help.ts';
import { latency } from './views/latency.ts';
import { overview } from './views/overview.ts';
import { raw } from './views/raw.ts';
import { services } from './views/services.ts';
import { upstreams } from './views/upstreams.ts';

type View = (state: ScreenState, canvas: Canvas) => Page;

/** Every view; a new one is a file and a line here. */
const views: Readonly<Record<ViewName, View>> = { overview, upstreams, latency, raw, services };

const leastColumns = 40;
const leastRows = 10;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Frame {
  /** Exactly as many as there are rows, none wider than the screen. */
  readonly lines: readonly Line[];
  /** As far as could be scrolled. */
  readonly scroll: number;
}

export function frame(state: ScreenState, { columns, rows }: Size, glyphs: Glyphs): Frame {
  if (columns < leastColumns || rows < leastRows) {
    return { lines: fitted(tooSmall({ columns, rows }), { columns, rows }, glyphs), scroll: 0 };
  }
  const top = header(state, { columns, rows, glyphs });
  const room = rows - top.length - 1;
  const view = state.help ? help : views[state.view];
  const { head, body } = view(state, { columns, rows: room, glyphs });
  const bodyRoom = Math.max(0, room - head.length);
  const scroll = Math.max(0, Math.min(state.scroll, body.length - bodyRoom));
  const shown = [...head, ...body.slice(scroll, scroll + bodyRoom)].slice(0, room);
  const space: Line[] = Array.from({ length: room - shown.length }, () => []);
  const lines = [...top, ...shown, ...space, footer(state, columns)];
  return { lines: fitted(lines, { columns, rows }, glyphs), scroll };
}

/** The last column of the last row stays empty: some terminals scroll when it is written. */
function fitted(lines: readonly Line[], { columns, rows }: Size, { spell }: Glyphs): Line[] {
  const spelled = (line: Line): Line =>
    line.map((piece) => ({ ...piece, text: spell(piece.text) }));
  return lines.map((line, row) => {
    // Spelling may change widths; cutting leaves a sign that has to be spelled.
    const width = row === rows - 1 ? columns - 1 : columns;
    return spelled(cutLine(spelled(line), Math.max(0, width)));
  });
}

function tooSmall({ columns, rows }: Size): Line[] {
  const words = [
    `Spillway needs ${leastColumns} x ${leastRows}.`,
    `This is ${columns} x ${rows}.`,
    'q quits.',
  ];
  const lines: Line[] = words.slice(0, rows).map((text) => [span(text)]);
  const space: Line[] = Array.from({ length: rows - lines.length }, () => []);
  return [...lines, ...space];
}
