let lastMs = Number.NaN;
let lastText = '';

/** As `toISOString`, which lines of the same millisecond share. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastText = new Date(ms).toISOString();
  }
  return lastText;
}
