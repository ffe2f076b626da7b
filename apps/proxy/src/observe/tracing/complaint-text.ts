import { cutText } from '../cut-text.ts';

/** As much as a line of the log bears: a collector may answer with megabytes. */
const longest = 300;

/** What OpenTelemetry complains of, as one short line. */
export const complaintText = (...parts: readonly unknown[]): string =>
  cutText(parts.map(textOf).join(' ').replace(/\s+/g, ' ').trim(), longest);

/** Of an error its status or code, its message, and the beginning of what the collector answered. */
function textOf(part: unknown): string {
  if (!(part instanceof Error)) return beginningOf(part);
  const { code = '', message, data = '' } = part as Error & { code?: unknown; data?: unknown };
  const told = message.includes(String(code)) ? [message, data] : [code, message, data];
  return told.map(beginningOf).join(' ');
}

const beginningOf = (part: unknown): string => String(part).slice(0, longest + 1);
