import type { IncomingMessage } from 'node:http';
import type { Instance } from '../instance/instance.ts';
import type { Exchange } from './exchange.ts';
import { connectionOptions, isHopByHop, viaValue } from './hop-by-hop.ts';
import { withoutMappedPrefix } from './trusted-proxies.ts';

/** Fields that end here: answered by us, written by undici, or never meant for an upstream. */
const endsHere = new Set([
  'expect',
  'host',
  'http2-settings',
  // CGI upstreams would read it as HTTP_PROXY (CVE-2016-5385, "httpoxy").
  'proxy',
  'proxy-authorization',
  'x-request-id',
]);

const forwardedFields = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

/** What a client may not have removed by naming it in Connection (RFC 9110 section 7.6.1). */
const protectedFields = new Set([
  'content-length',
  'host',
  'via',
  'x-request-id',
  ...forwardedFields,
]);

/** Whether a field of a client, in lower case, goes to the upstream as it is. */
export const isPassedOn = (key: string): boolean =>
  !isHopByHop(key) && !endsHere.has(key) && !forwardedFields.has(key);

/** Index of Host's value in what requestFields returns. */
export const hostValue = 1;

/**
 * The fields for the upstream as a flat list of names and values: order, case and repetition as
 * received, hop-by-hop fields and all that Connection names left out, ours added at the end. Host
 * comes first, for each attempt to fill in; `host` is the one that the client asked for.
 */
export function requestFields(exchange: Exchange, host: string | null): string[] {
  const { instance, request } = exchange;
  const { rawHeaders } = request;
  const named = connectionOptions(request.headers.connection);
  const trusted = instance.trustedProxies.has(request.socket.remoteAddress);
  const fields: string[] = ['host', ''];

  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const key = name.toLowerCase();
    if (!isPassedOn(key)) continue;
    if (named?.has(key) && !protectedFields.has(key)) continue;
    const value = rawHeaders[i + 1] as string;
    // RFC 9110 section 7.6.2; zero was answered here, before it came this far.
    const counted = key === 'max-forwards' && request.method === 'OPTIONS' && /^\d+$/.test(value);
    fields.push(name, counted ? String(Number(value) - 1) : value);
  }

  appendForwarded(fields, request, trusted, instance, host);
  fields.push(
    'via',
    viaValue(request.httpVersion, instance.pseudonym),
    'x-request-id',
    exchange.id,
  );
  exchange.route.requestEdits?.apply(fields);
  return fields;
}

/** A trusted proxy's list is continued; anybody else's claim is replaced by what we see. */
function appendForwarded(
  fields: string[],
  request: IncomingMessage,
  trusted: boolean,
  instance: Instance,
  askedHost: string | null,
): void {
  const { headers } = request;
  const address = withoutMappedPrefix(request.socket.remoteAddress ?? 'unknown');
  const claimedFor = trusted ? joined(headers['x-forwarded-for']) : undefined;
  const claimedProto = trusted ? joined(headers['x-forwarded-proto']) : undefined;
  const claimedHost = trusted ? joined(headers['x-forwarded-host']) : undefined;
  const host = claimedHost ?? askedHost;

  fields.push('x-forwarded-for', claimedFor ? `${claimedFor}, ${address}` : address);
  fields.push('x-forwarded-proto', claimedProto ?? instance.scheme);
  if (host) fields.push('x-forwarded-host', host);
}

const joined = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;
