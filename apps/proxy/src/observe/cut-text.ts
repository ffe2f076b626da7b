/** What stands at the end of a text that was cut. */
const mark = '...';

/**
 * At most `length` characters. A copy where it is cut: V8 makes a slice a view that keeps the whole text
 * alive, and these are kept for long.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return Buffer.from(text.slice(0, length - mark.length) + mark).toString();
}
