import { findField, type RawFields } from '../http/raw-fields.ts';

/** What undici lets through but a gateway must not pass on; null when the head is sound. */
export function findHeadFault(status: number, raw: RawFields): string | null {
  if (status < 100) return `with status ${status}`;
  if (status < 200) return null;
  // RFC 9112 section 6.1: undici takes chunked off and nothing else; the rest would go out unnamed.
  const coding = findField(raw, 'transfer-encoding');
  return coding === null || coding.toLowerCase() === 'chunked'
    ? null
    : `in the transfer coding ${coding}`;
}
