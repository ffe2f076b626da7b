import stringWidth from 'string-width';
import { type Line, type Span, type Style, span } from './span.ts';

const ascii = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter();

/** Columns that a terminal gives the text. */
export function textWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** At most so wide; where something is cut, `ellipsis` stands in its place. */
export function cutText(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 0) return '';
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment);
    if (used > room) break;
    taken += segment;
  }
  return taken + ellipsis;
}

/** The same, but what is cut is the start: of addresses the end tells them apart. */
export function cutStart(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 0) return '';
  const segments = [...graphemes.segment(text)].map(({ segment }) => segment);
  let used = 0;
  const first = segments.findLastIndex((segment) => {
    used += textWidth(segment);
    return used > room;
  });
  return ellipsis + segments.slice(first + 1).join('');
}

export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Span[] = [];
  let room = width;
  for (const piece of line) {
    const own = textWidth(piece.text);
    if (own > room || (own === room && piece !== line.at(-1))) {
      kept.push({ text: cutText(`${piece.text} `, room), style: piece.style });
      break;
    }
    kept.push(piece);
    room -= own;
  }
  return kept;
}

/** A cell of a table: cut or filled to exactly so many columns. */
export function cell(
  text: string,
  width: number,
  { style = 'plain', align = 'left' }: { style?: Style; align?: 'left' | 'right' } = {},
): Span {
  const cut = cutText(span(text).text, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return { text: align === 'left' ? cut + space : space + cut, style };
}

/** Left and right with the space between; the left gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - lineWidth(right) - 1);
  const cut = cutLine(left, room);
  const space = Math.max(0, width - lineWidth(cut) - lineWidth(right));
  return cutLine([...cut, span(' '.repeat(space)), ...right], width);
}

/** By words, each line at most so wide; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of span(text).text.split(/ +/)) {
    if (word === '') continue;
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line);
      line = cutText(word, width);
    } else line = cutText(longer, width);
  }
  if (line !== '') lines.push(line);
  return lines;
}
