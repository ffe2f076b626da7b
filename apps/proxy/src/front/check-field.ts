import { validateHeaderName, validateHeaderValue } from 'node:http';

const token = /^[\w!#$%&'*+.^`|~-]+$/;
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** Throws the error of node:http for what must not be on the wire (RFC 9110 section 5). */
export function checkField(name: string, value: string): void {
  if (!token.test(name)) validateHeaderName(name);
  if (unsendable.test(value)) validateHeaderValue(name, value);
}
