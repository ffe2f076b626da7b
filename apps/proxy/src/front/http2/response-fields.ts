import type { FieldList } from '../../http/client-request.ts';
import { checkField } from '../check-field.ts';

/** Fields by name in lower case; several lines of one name in a list. */
export type FieldTable = Record<string, string | number | string[]>;

/** What is of one connection of HTTP/1.1, and must not be in HTTP/2 (RFC 9113 section 8.2.2). */
const ofOneConnection: ReadonlySet<string> = new Set([
  ...['connection', 'http2-settings', 'keep-alive', 'proxy-connection', 'te'],
  ...['transfer-encoding', 'upgrade'],
]);

/** The fields as HTTP/2 has them; throws for what must not be on the wire. */
function addFields(table: FieldTable, fields: FieldList): FieldTable {
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1] as string;
    const name = (fields[i] as string).toLowerCase();
    checkField(name, value);
    if (ofOneConnection.has(name)) continue;
    const known = table[name];
    if (known === undefined) table[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else table[name] = [known as string, value];
  }
  return table;
}

/** The head of a response. HTTP/2 has no reason phrase (RFC 9113 section 8.3.2). */
export function responseHead(status: number, fields: FieldList): FieldTable {
  // node:http2 refuses others, and only once they are to be sent.
  if (status > 599) throw new RangeError(`a response can't have the status ${status} in HTTP/2`);
  const table = Object.create(null) as FieldTable;
  table[':status'] = status;
  return addFields(table, fields);
}

export const trailerTable = (fields: FieldList): FieldTable =>
  addFields(Object.create(null) as FieldTable, fields);
