import type { Exchange } from './exchange.ts';
import { connectionOptions, isHopByHop, viaValue } from './hop-by-hop.ts';
import { latin1, type RawFields } from './raw-fields.ts';

const protectedFields = new Set(['content-length', 'via']);

/**
 * The fields for the client from the upstream's raw ones (name and value in turn, as bytes): order,
 * case and repetition as received, hop-by-hop fields and all that Connection names left out.
 */
export function responseFields(raw: RawFields, exchange: Exchange): string[] {
  const fields: string[] = [];
  let named: ReadonlySet<string> | null = null;

  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i]);
    const key = name.toLowerCase();
    if (isHopByHop(key)) {
      if (key === 'connection') named = merged(named, connectionOptions(latin1(raw[i + 1])));
      continue;
    }
    if (key === 'x-request-id') continue;
    fields.push(name, latin1(raw[i + 1]));
  }
  if (named !== null) removeNamed(fields, named);

  fields.push('via', viaValue('1.1'), 'x-request-id', exchange.id);
  return fields;
}

/** The fields of an interim (1xx) answer or of trailers: cleaned, with nothing of ours. */
export function relayedFields(raw: RawFields): string[] {
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i]);
    if (!isHopByHop(name.toLowerCase())) fields.push(name, latin1(raw[i + 1]));
  }
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
