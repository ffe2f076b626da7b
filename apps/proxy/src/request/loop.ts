import { findField, type RawFields } from '../http/raw-fields.ts';

/** Whether a message has been through the proxy of this name: RFC 9110 section 7.6.3 makes it the second word. */
export const hasPassed = (via: string | undefined, pseudonym: string): boolean =>
  via?.split(',').some((member) => member.trim().split(/[\t ]+/)[1] === pseudonym) ?? false;

/** Whether a proxy behind us has refused the request because it came back to it (RFC 9209 section 2.3). */
export const tellsLoop = (status: number, raw: RawFields): boolean =>
  status === 502 && /;[\t ]*error=proxy_loop_detected\b/.test(findField(raw, 'proxy-status') ?? '');
