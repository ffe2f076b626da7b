import type { Random } from '../time/time-source.ts';

/**
 * Wait before retry number `attempt` (1-based) in ms: U(0, min(cap, base x 2^(n-1))), which spreads
 * clients that failed together (AWS, "Exponential Backoff And Jitter": full jitter).
 */
export const fullJitter = (
  attempt: number,
  baseMs: number,
  capMs: number,
  random: Random,
): number => random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 1000));
