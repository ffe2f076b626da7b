import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import type { FieldList } from '../../http/client-request.ts';
import { sendableReason } from '../reason-phrase.ts';

/** How the end of a response's content is told (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until_end';

export function framingOf(
  method: string,
  httpVersion: string,
  status: number,
  length: number | null,
): Framing {
  if (method === 'HEAD' || status === 204 || status === 304) return 'none';
  if (length !== null) return 'length';
  return httpVersion === '1.0' ? 'until_end' : 'chunked';
}

/** The head of a final response; throws for what must not be on the wire. `connection`: whole lines. */
export function finalHead(
  status: number,
  reason: string | null,
  fields: FieldList,
  framing: Framing,
  connection: string,
): string {
  const phrase = reason === null ? STATUS_CODES[status] : sendableReason(status, reason);
  let head = `HTTP/1.1 ${status} ${phrase ?? 'unknown'}\r\n`;
  let dated = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'date') dated = true;
    head += fieldLine(name, fields[i + 1] as string);
  }
  if (!dated) head += dateLine();
  head += connection;
  return framing === 'chunked' ? `${head}Transfer-Encoding: chunked\r\n\r\n` : `${head}\r\n`;
}

/** A head without anything of ours: of an interim response, or of a switch to another protocol. */
export function bareHead(status: number, fields: FieldList): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fieldLines(fields)}\r\n`;
}

export function fieldLines(fields: FieldList): string {
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) {
    lines += fieldLine(fields[i] as string, fields[i + 1] as string);
  }
  return lines;
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

function fieldLine(name: string, value: string): string {
  // Only to have the error of node:http for what it refuses.
  if (!token.test(name)) validateHeaderName(name);
  if (unsendable.test(value)) validateHeaderValue(name, value);
  return `${name}: ${value}\r\n`;
}

let date = '';
let dateUntil = 0;

/** The same line until the second is over. */
function dateLine(): string {
  const now = Date.now();
  if (now >= dateUntil || now < dateUntil - 1000) {
    dateUntil = now - (now % 1000) + 1000;
    date = `Date: ${new Date(now).toUTCString()}\r\n`;
  }
  return date;
}
