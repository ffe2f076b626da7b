import type { IncomingHttpHeaders } from 'node:http';

/** Fields of one connection (RFC 9110 section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

type Fields = Record<string, string | string[]>;

/** The fields that a proxy passes on: the least that a forwarder has to do. */
export function endToEnd(headers: IncomingHttpHeaders): Fields {
  const kept: Fields = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !hopByHop.has(name)) kept[name] = value;
  }
  return kept;
}
