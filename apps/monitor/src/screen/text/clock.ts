import { formatSeconds } from '@spillway/quantities';

/** The local time of day, `12:04:31`. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** How long ago, or since when, in whole seconds: `42 s`, `5m 12s`, `12d 4h`. */
export const formatAge = (seconds: number): string =>
  formatSeconds(Math.max(0, Math.floor(seconds)));
