import { requireAtLeast } from '../check-number.ts';
import type { Random } from '../time/time-source.ts';

export interface CheckScheduleOptions {
  /** From the start of one check to the start of the next, ms. */
  readonly intervalMs: number;
  /** From 0 to below 1: each interval is longer or shorter by up to this share. */
  readonly jitter: number;
}

export const requireCheckSchedule = ({ intervalMs, jitter }: CheckScheduleOptions): void => {
  requireAtLeast('intervalMs', intervalMs, 1);
  requireAtLeast('jitter', jitter, 0);
  if (!(jitter < 1)) throw new RangeError(`jitter must be below 1, not ${jitter}`);
};

/**
 * How long before the first check, ms. The targets of a service are checked in turn over one interval, and
 * proxies that were started together don't check together; the first target is checked immediately.
 */
export const firstCheckDelayMs = (
  { intervalMs, jitter }: CheckScheduleOptions,
  place: number,
  targets: number,
  random: Random,
): number => (intervalMs / targets) * (place + (place === 0 ? 0 : jitter * random()));

/** How long after the end of a check the next one starts, ms; 0 when that one took the whole interval. */
export const nextCheckDelayMs = (
  { intervalMs, jitter }: CheckScheduleOptions,
  tookMs: number,
  random: Random,
): number => Math.max(0, intervalMs * (1 + jitter * (2 * random() - 1)) - tookMs);
