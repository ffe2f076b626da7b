import { connectionOptions, isHopByHop, viaValue } from '../http/hop-by-hop.ts';
import type { RawFields } from '../http/raw-fields.ts';
import type { Exchange } from './exchange.ts';
import { serverTiming } from './server-timing.ts';

const nothing: ReadonlySet<string> = new Set();
const protectedFields = new Set(['content-length', 'via']);

const ours: ReadonlySet<string> = new Set(['x-request-id']);
const oursAndTrailer: ReadonlySet<string> = new Set([...ours, 'trailer']);
/** What announces content, or what follows it: RFC 9110 sections 8.6 and 6.6.2. */
const announcements: ReadonlySet<string> = new Set(['content-length', 'trailer']);
const oursAndAnnouncements: ReadonlySet<string> = new Set([...ours, ...announcements]);

/**
 * The fields for the client from the upstream's raw ones, ours added at the end. Trailer announces
 * what only a chunked message can carry, and node:http refuses it in any other. A 204 has no length, not even a
 * wrong one; a 304 or a response to HEAD has that of the content which GET would get.
 */
export function responseFields(
  raw: RawFields,
  exchange: Exchange,
  status: number,
  chunked: boolean,
): string[] {
  const leftOut = status === 204 ? oursAndAnnouncements : chunked ? ours : oursAndTrailer;
  const fields = relayedFields(raw, leftOut);
  fields.push('via', viaValue('1.1', exchange.instance.pseudonym), 'x-request-id', exchange.id);
  const timing = serverTiming(exchange);
  if (timing !== null) fields.push('server-timing', timing);
  exchange.route.responseEdits?.apply(fields);
  return fields;
}

/** The fields of an interim response (1xx), which has neither content nor trailers. */
export const interimFields = (raw: RawFields): string[] => relayedFields(raw, announcements);

/**
 * The fields of a response or of trailers, name and value in turn: order, case and repetition as
 * received, without hop-by-hop fields, all that Connection names, and `leftOut`.
 */
export function relayedFields(raw: RawFields, leftOut: ReadonlySet<string> = nothing): string[] {
  const fields: string[] = [];
  let named: ReadonlySet<string> | null = null;

  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const key = name.toLowerCase();
    if (isHopByHop(key)) {
      if (key === 'connection') named = merged(named, connectionOptions(value));
      continue;
    }
    if (leftOut.has(key)) continue;
    fields.push(name, value);
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
