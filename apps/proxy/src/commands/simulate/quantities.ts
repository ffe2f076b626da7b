import { formatPercent, formatRate as formatPerSecond, formatSeconds } from '@spillway/quantities';

/** Milliseconds; a dash where there is none. */
export const formatMs = (ms: number | null): string =>
  formatSeconds(ms === null ? null : ms / 1000);

/** `401/s` */
export const formatRate = (perSecond: number): string => `${formatPerSecond(perSecond)}/s`;

/** Of 0 to 1. */
export const formatShare = (share: number): string => formatPercent(share * 100);
