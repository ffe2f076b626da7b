import type { Exchange } from './exchange.ts';
import { connectionOptions, isHopByHop, viaValue } from './hop-by-hop.ts';
import { latin1, type RawFields } from './raw-fields.ts';

const protectedFields = new Set(['content-length', 'via']);

/** The fields for the client from the upstream's raw ones, ours added at the end. */
export function responseFields(raw: RawFields, exchange: Exchange): string[] {
  const fields = relayedFields(raw, 'x-request-id');
  fields.push('via', viaValue('1.1'), 'x-request-id', exchange.id);
  return fields;
}

/**
 * The fields of an answer, an interim (1xx) one or of trailers, name and value in turn: order, case and
 * repetition as received, hop-by-hop fields and all that Connection names left out. `replaced`, in
 * lower case, is left out too, because ours will stand for it.
 */
export function relayedFields(raw: RawFields, replaced = ''): string[] {
  const fields: string[] = [];
  let named: ReadonlySet<string> | null = null;

  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i]);
    const key = name.toLowerCase();
    if (isHopByHop(key)) {
      if (key === 'connection') named = merged(named, connectionOptions(latin1(raw[i + 1])));
      continue;
    }
    if (key === replaced) continue;
    fields.push(name, latin1(raw[i + 1]));
  }
  if (named !== null) removeNamed(fields, named);
  return fields;
}

function merged(
  one: ReadonlySet<string> | null,
  other: ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  return one === null ? other : other === null ? one : new Set([...one, ...other]);
}

function removeNamed(fields: string[], named: ReadonlySet<string>): void {
  for (let i = fields.length - 2; i >= 0; i -= 2) {
    const key = (fields[i] as string).toLowerCase();
    if (named.has(key) && !protectedFields.has(key)) fields.splice(i, 2);
  }
}
