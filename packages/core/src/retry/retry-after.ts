/** The three forms of RFC 9110 section 5.6.7: IMF-fixdate, RFC 850, asctime (which is UTC, unsaid). */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * The wait in ms that a Retry-After field asks for, never below 0; null when it says neither seconds nor
 * a date. `nowEpochMs`: wall clock, since a date is one.
 */
export const parseRetryAfter = (value: string, nowEpochMs: number): number | null => {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (!httpDate.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - nowEpochMs);
};
