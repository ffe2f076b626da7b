import { requireAtLeast } from '../check-number.ts';
import type { Random } from '../time/time-source.ts';

export interface OpenTimeOptions {
  /** The first time open, ms. */
  openMs: number;
  /** Each re-opening multiplies it by so much; 1 when not given. */
  openGrowth?: number;
  /** It grows no longer than this, ms. */
  maxOpenMs?: number;
  /** Up to this share is added by chance, so that proxies that opened together do not probe together. */
  openJitter?: number;
}

/** The longest that an upstream's Retry-After is believed, ms. */
const longestRetryAfterMs = 300_000;

export const checkOpenTime = (options: OpenTimeOptions): void => {
  requireAtLeast('openMs', options.openMs, 0);
  requireAtLeast('openGrowth', options.openGrowth ?? 1, 1);
  requireAtLeast('maxOpenMs', options.maxOpenMs ?? Infinity, 0);
  requireAtLeast('openJitter', options.openJitter ?? 0, 0);
};

/** The time open by configuration alone, ms. `reopenings`: openings before that did not help. */
export const grownOpenTimeMs = (options: OpenTimeOptions, reopenings: number): number => {
  const { openMs, openGrowth = 1, maxOpenMs = Infinity } = options;
  return Math.min(openMs * openGrowth ** reopenings, Math.max(openMs, maxOpenMs));
};

/** How long to stay open this time, ms: by chance longer, and as long as the upstream asked for. */
export const openTimeMs = (
  options: OpenTimeOptions,
  reopenings: number,
  retryAfterMs: number,
  random: Random,
): number => {
  const { openJitter = 0 } = options;
  const grown = grownOpenTimeMs(options, reopenings);
  const jittered = openJitter > 0 ? grown * (1 + openJitter * random()) : grown;
  return Math.max(jittered, Math.min(retryAfterMs, longestRetryAfterMs));
};
