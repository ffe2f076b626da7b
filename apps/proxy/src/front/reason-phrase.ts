import { STATUS_CODES, validateHeaderValue } from 'node:http';

/** A target's own phrase where it may be on the wire (RFC 9112 section 4), else the usual one. */
export function sendableReason(status: number, phrase: string): string {
  const usual = STATUS_CODES[status];
  if (phrase === usual || phrase === '') return phrase;
  try {
    validateHeaderValue('reason', phrase);
    return phrase;
  } catch {
    return usual ?? '';
  }
}
