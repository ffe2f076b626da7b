/** One request each: enough for lines that move, little enough not to be felt. */
const visibleMs = 2_000;
/** Nobody looks: just enough that the hour has no holes. */
const hiddenMs = 15_000;
const longestMs = 10_000;

/** Until the next poll. A proxy that doesn't answer is asked less and less often. */
export function pollPaceMs({ hidden, failures }: { hidden: boolean; failures: number }): number {
  if (hidden) return hiddenMs;
  return Math.min(longestMs, visibleMs * 2 ** Math.min(failures, 10));
}
