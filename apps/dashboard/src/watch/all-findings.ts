import type { Finding } from '@spillway/contracts';

/** So long a page has to watch before it knows as much as the proxy did when the page was opened. */
const enoughSeconds = 60;

/** What this page found, and what the proxy had found before, until this page has seen enough itself. */
export function allFindings(
  own: readonly Finding[],
  told: readonly Finding[],
  watchedSeconds: number,
): readonly Finding[] {
  if (watchedSeconds >= enoughSeconds) return own;
  const known = new Set(own.map(nameOf));
  return [...own, ...told.filter((finding) => !known.has(nameOf(finding)))];
}

/** The same for as long as the same rule holds at the same upstream. */
export const nameOf = ({ rule, upstream }: Finding): string => `${rule} ${upstream ?? ''}`;
