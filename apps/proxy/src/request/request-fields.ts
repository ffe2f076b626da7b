import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Client } from '../front/client.ts';
import { connectionOptions, hopByHop, viaValue } from '../http/hop-by-hop.ts';
import { withoutMappedPrefix } from '../http/trusted-proxies.ts';
import type { Route } from '../service/route.ts';
import { clientCertificateValue } from './client-certificate-field.ts';
import type { Exchange } from './exchange.ts';
import { forwardedElement, forwardedNode, translateClaims } from './forwarded.ts';
import { claimsOrigin } from './origin-fields.ts';

/** Fields that end here: for one connection only, answered by us, written anew, or never meant for an upstream. */
const endsHere: ReadonlySet<string> = new Set([
  ...hopByHop,
  'expect',
  'host',
  'http2-settings',
  // CGI upstreams would read it as HTTP_PROXY (CVE-2016-5385, "httpoxy").
  'proxy',
  'proxy-authorization',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);

/** What a client may not have removed by naming it in Connection (RFC 9110 section 7.6.1). */
const protectedFields: ReadonlySet<string> = new Set(['content-length', 'via']);

/** Whether a field in the trailers of a client, in lower case, goes to the upstream. */
export const isPassedOnInTrailers = (key: string, config: ProxyConfig, route: Route): boolean =>
  !endsHere.has(key) &&
  !notInTrailers.has(key) &&
  !claimsOrigin(key) &&
  !route.requestEdits?.replaces(key) &&
  !isBarredByUnderscore(key, config, route);

/** What would change where a message ends or goes, or stand for ours (RFC 9110 section 6.5.1). */
const notInTrailers: ReadonlySet<string> = new Set(['content-length', 'trailer', 'via']);

/**
 * CGI, WSGI and their like turn hyphens into underscores: to them such a name may be that of a field which we
 * write or remove (RFC 9110 section 17.10).
 */
function isBarredByUnderscore(key: string, config: ProxyConfig, { requestEdits }: Route): boolean {
  if (!key.includes('_')) return false;
  if (config.underscoreHeaders === 'drop') return true;
  const meant = key.replaceAll('_', '-');
  if (endsHere.has(meant) || protectedFields.has(meant) || claimsOrigin(meant)) return true;
  return meant === config.deadlineHeader || (requestEdits?.replaces(meant) ?? false);
}

/** Index of Host's value in what requestFields returns. */
export const hostValue = 1;

/**
 * The fields for the upstream as a flat list of names and values: order, case and repetition as
 * received, hop-by-hop fields and all that Connection names left out, ours added at the end. Host
 * comes first, for each attempt to fill in; `host` is the one that the client asked for.
 */
export function requestFields(exchange: Exchange, host: string | null): string[] {
  const { instance, client, route } = exchange;
  const { rawFields } = client;
  const { settings: config } = instance;
  const named = connectionOptions(client.field('connection'));
  // Only a chunked body can be followed by what Trailer announces (RFC 9110 section 6.6.2).
  const mayHaveTrailers = client.contentLength === null;
  const trusted = instance.trustedProxies.has(client.remoteAddress);
  const fields: string[] = ['host', ''];

  for (let i = 0; i < rawFields.length; i += 2) {
    const name = rawFields[i] as string;
    const key = name.toLowerCase();
    if (endsHere.has(key)) continue;
    if (claimsOrigin(key)) {
      if (!trusted || (key === 'forwarded' && config.forwarded !== 'x-forwarded')) continue;
    } else {
      if (key === 'trailer' && !mayHaveTrailers) continue;
      if (named?.has(key) && !protectedFields.has(key)) continue;
      if (isBarredByUnderscore(key, config, route)) continue;
    }
    const value = rawFields[i + 1] as string;
    // RFC 9110 section 7.6.2; zero was answered here, before it came this far.
    const counted = key === 'max-forwards' && exchange.method === 'OPTIONS' && /^\d+$/.test(value);
    fields.push(name, counted ? String(Number(value) - 1) : value);
  }

  appendOrigin(fields, exchange, trusted, host);
  const { clientCertificate } = client;
  if (clientCertificate !== null) {
    fields.push('x-forwarded-client-cert', clientCertificateValue(clientCertificate));
  }
  fields.push('via', viaValue(client.httpVersion, instance.pseudonym), 'x-request-id', exchange.id);
  route.requestEdits?.apply(fields);
  return fields;
}

/** A trusted proxy's list is continued; anybody else's claim is replaced by what we see (`--forwarded`). */
function appendOrigin(
  fields: string[],
  { instance, client }: Exchange,
  trusted: boolean,
  askedHost: string | null,
): void {
  const { forwarded } = instance.settings;
  const address = withoutMappedPrefix(client.remoteAddress ?? 'unknown');
  const claims = trusted ? claimsOf(client) : noClaims;

  if (forwarded !== 'forwarded') {
    const host = claims.host ?? askedHost;
    fields.push('x-forwarded-for', claims.for ? `${claims.for}, ${address}` : address);
    fields.push('x-forwarded-proto', claims.proto ?? client.scheme);
    if (host) fields.push('x-forwarded-host', host);
  }
  if (forwarded !== 'x-forwarded') {
    const before = claims.forwarded ?? translateClaims(claims);
    const ours = forwardedElement(forwardedNode(address), askedHost, client.scheme);
    fields.push('forwarded', before ? `${before}, ${ours}` : ours);
  }
}

const noClaims = { for: undefined, proto: undefined, host: undefined, forwarded: undefined };

const claimsOf = (client: Client) => ({
  for: client.field('x-forwarded-for'),
  proto: client.field('x-forwarded-proto'),
  host: client.field('x-forwarded-host'),
  forwarded: client.field('forwarded'),
});
