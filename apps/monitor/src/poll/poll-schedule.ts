/** Waits after the first, second and every further failure in a row. */
const backoffMs = [1_000, 2_000, 5_000];

/** Milliseconds from the start of one poll to the start of the next. */
export function nextPollIn(intervalMs: number, failuresInRow: number): number {
  if (failuresInRow === 0) return intervalMs;
  return backoffMs[Math.min(failuresInRow, backoffMs.length) - 1] ?? intervalMs;
}
