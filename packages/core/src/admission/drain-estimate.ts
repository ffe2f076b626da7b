/** Longer than this nobody waits on our word; they look again. */
const maxSeconds = 300;

/**
 * Whole seconds for Retry-After (RFC 9110 section 10.2.3), from 1 to 300: how long the line takes to
 * drain at the measured rate, or the fallback while nothing drains.
 */
export const retryAfterSeconds = (options: {
  queued: number;
  drainPerSecond: number;
  fallbackSeconds: number;
}): number => {
  const { queued, drainPerSecond, fallbackSeconds } = options;
  const seconds = Math.ceil(drainPerSecond > 0 ? queued / drainPerSecond : fallbackSeconds);
  // The negation catches NaN too.
  return !(seconds >= 1) ? 1 : Math.min(seconds, maxSeconds);
};
