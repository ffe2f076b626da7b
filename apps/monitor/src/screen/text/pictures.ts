import type { Glyphs } from './glyphs.ts';
import { type Line, type Style, span } from './span.ts';

/**
 * The last values, the newest on the right, from zero up to the highest. Nothing at all is the lowest
 * glyph, and what is more than nothing is higher.
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  { spark, gap }: Glyphs,
): string {
  const last = values.slice(-width);
  const highest = Math.max(0, ...last.map((value) => value ?? 0));
  const steps = spark.length - 1;
  const drawn = last.map((value) => {
    if (value === null) return gap;
    if (value <= 0 || highest <= 0) return spark[0];
    return spark[Math.max(1, Math.min(steps, Math.ceil((value / highest) * steps)))];
  });
  return drawn.join('').padStart(width);
}

/** `part` of `whole` as a bar of exactly `width` columns; a little is never nothing, and full only when it is. */
export function bar(
  part: number,
  whole: number,
  { width, style, glyphs }: { width: number; style: Style; glyphs: Glyphs },
): Line {
  const { bar: parts, track } = glyphs;
  const share = whole <= 0 ? Math.min(1, part) : Math.max(0, Math.min(1, part / whole));
  const units = width * parts.length;
  let filled = Math.round(share * units);
  if (share > 0) filled = Math.max(1, filled);
  if (share < 1) filled = Math.min(units - 1, filled);
  const whole_ = Math.floor(filled / parts.length);
  const rest = filled % parts.length;
  const drawn = (parts.at(-1) ?? '#').repeat(whole_) + (rest > 0 ? parts[rest - 1] : '');
  const columns = whole_ + (rest > 0 ? 1 : 0);
  return [span(drawn, style), span(track.repeat(Math.max(0, width - columns)), 'dim')];
}

/** Where the percentiles lie between `low` and `high`, on a logarithmic scale; null when there are none. */
export function range(
  marks: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null },
  scale: { readonly low: number; readonly high: number; readonly width: number },
  { range: glyphs }: Glyphs,
): string {
  const { low, high, width } = scale;
  const place = (value: number): number => {
    const share = Math.log(Math.max(low, value) / low) / Math.log(high / low);
    return Math.max(0, Math.min(width - 1, Math.round(share * (width - 1))));
  };
  if (marks.p50 === null || marks.p99 === null || width < 1) return ' '.repeat(width);
  const cells = Array.from({ length: width }, () => ' ');
  const [from, to] = [place(marks.p50), place(marks.p99)];
  for (let column = from; column <= to; column++) cells[column] = glyphs.line;
  cells[to] = glyphs.p99;
  if (marks.p95 !== null) cells[place(marks.p95)] = glyphs.p95;
  cells[from] = glyphs.p50;
  return cells.join('');
}
