import type { Glyphs } from './text/glyphs.ts';
import type { Line } from './text/span.ts';

/** What a view draws on. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly glyphs: Glyphs;
}

/** A part of a view, which may get less room than it would fill. */
export interface Block {
  /** All of it. */
  readonly lines: readonly Line[];
  /** Rows without which it is left out. */
  readonly least: number;
  /** Rows that it should have before others get all of theirs. */
  readonly good: number;
  /** The lower, the sooner it gets room. */
  readonly rank: number;
  /** Left out before any other gets less than is good. */
  readonly optional?: boolean;
  /** What it shows in so few rows; its first ones unless told otherwise. */
  readonly shrink?: (rows: number) => readonly Line[];
}

/** Roomy screens get an empty line between blocks. */
const roomyRows = 20;

/** Puts blocks below each other in `rows` rows: least first, then what is good, then all of it. */
export function stack(blocks: readonly Block[], rows: number): Line[] {
  const present = blocks.filter(({ lines }) => lines.length > 0);
  const gap = rows >= roomyRows ? 1 : 0;
  const byRank = [...present].sort((a, b) => a.rank - b.rank);
  const needed = byRank.filter(({ optional }) => !optional);
  const optional = byRank.filter((block) => block.optional);
  const given = new Map<Block, number>();
  let left = rows + gap;
  const admit = (block: Block): void => {
    const least = Math.min(block.least, block.lines.length);
    if (least + gap > left) return;
    given.set(block, least);
    left -= least + gap;
  };
  const grow = (block: Block, wanted: number): void => {
    const has = given.get(block);
    if (has === undefined) return;
    const more = Math.min(left, Math.max(0, Math.min(wanted, block.lines.length) - has));
    given.set(block, has + more);
    left -= more;
  };
  for (const block of needed) admit(block);
  for (const block of needed) grow(block, block.good);
  for (const block of optional) admit(block);
  for (const block of byRank) grow(block, block.lines.length);
  const result: Line[] = [];
  for (const block of present) {
    const size = given.get(block);
    if (size === undefined || size === 0) continue;
    if (gap > 0 && result.length > 0) result.push([]);
    const whole = size >= block.lines.length;
    const shown = whole || !block.shrink ? block.lines : block.shrink(size);
    result.push(...shown.slice(0, size));
  }
  return result;
}

/** What a view shows: some rows that stay, and the rest that can be scrolled. */
export interface Page {
  readonly head: readonly Line[];
  readonly body: readonly Line[];
}
