import type { OutgoingRequest } from '../connection.ts';
import { WireError } from './wire-error.ts';

// What ends a line or a field early, and what Latin-1 would turn into something else.
const notInPath = /[^\x21-\x7e\x80-\xff]/;
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;
const notInToken = /[^\w!#$%&'*+.^`|~-]/;

/** Methods whose requests have a body, or say that it is empty (RFC 9110 section 8.6). */
const withBody: ReadonlySet<string> = new Set([
  ...(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'] as const),
]);

export const expectsBody = (method: string): boolean => withBody.has(method);

/**
 * The head up to what frames the body, which the caller adds. Throws a WireError for what can't be sent as it is: a
 * line end in a field would begin another field, or another request.
 */
export function requestHead({ method, path, headers, upgrade }: OutgoingRequest): string {
  if (method === '' || notInToken.test(method)) throw invalid('method');
  if (path === '' || notInPath.test(path)) throw invalid('target');
  let head = `${method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (framesBody(name)) continue;
    if (name === '' || notInToken.test(name)) throw invalid('field name');
    if (notInValue.test(value)) throw invalid(`value of the field ${name}`);
    head += `${name}: ${value}\r\n`;
    if (i === 0) head += upgrade === null ? keepAlive : upgradeFields(upgrade);
  }
  return head;
}

/** The length that the fields declare; null where they don't. */
export function declaredLength(headers: readonly string[]): number | null {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 14 && framesBody(name)) return Number(headers[i + 1]);
  }
  return null;
}

const keepAlive = 'connection: keep-alive\r\n';

function upgradeFields(protocol: string): string {
  if (notInValue.test(protocol)) throw invalid('protocol to upgrade to');
  return `connection: upgrade\r\nupgrade: ${protocol}\r\n`;
}

/** Content-Length and Transfer-Encoding: as the body is sent, not as the fields have it. */
function framesBody(name: string): boolean {
  if (name.length === 14) return name.toLowerCase() === 'content-length';
  return name.length === 17 && name.toLowerCase() === 'transfer-encoding';
}

const invalid = (what: string): WireError =>
  new WireError('request_invalid', `the ${what} of the request can't be sent`);
