import { isIP } from 'node:net';
import { isAuthority } from '../http/request-target.ts';

/** What a proxy said of the connections before its own, as its X-Forwarded-* fields have it. */
export interface Claims {
  readonly for: string | undefined;
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/** One element of Forwarded (RFC 7239 section 4). Without `by`: our name is in Via, our address nobody's business. */
export function forwardedElement(
  node: string,
  host: string | null | undefined,
  proto: string | undefined,
): string {
  let element = `for=${node}`;
  if (host) element += `;host=${tokenOrQuoted(host)}`;
  if (proto) element += `;proto=${proto}`;
  return element;
}

/**
 * X-Forwarded-* of a trusted proxy in the words of Forwarded (RFC 7239 section 7.4). Host and scheme are those
 * that the client asked for, and so belong to the first element.
 */
export function translateClaims(claims: Claims): string | undefined {
  if (!claims.for) return undefined;
  const [client = '', ...proxies] = claims.for.split(',').map((hop) => forwardedNode(hop.trim()));
  const host = firstOf(claims.host);
  const proto = firstOf(claims.proto);
  const first = forwardedElement(
    client,
    isAuthority(host) ? host : null,
    /^[a-z][a-z\d+.-]*$/i.test(proto) ? proto : undefined,
  );
  return [first, ...proxies.map((node) => `for=${node}`)].join(', ');
}

/** An address as a node (RFC 7239 section 6): IPv6 in brackets, and anything with a colon quoted. */
export function forwardedNode(address: string): string {
  const family = isIP(address);
  if (family === 4) return address;
  // A zone is of use on one machine only, and the grammar has no room for it.
  if (family === 6) return `"[${address.split('%', 1)[0]}]"`;
  return /^(?:[\d.]+|\[[\da-f:.]+\]):\d+$/i.test(address) ? `"${address}"` : 'unknown';
}

const firstOf = (list = ''): string => (list.split(',', 1)[0] as string).trim();

/** An authority has neither quotes nor backslashes to escape. */
const tokenOrQuoted = (authority: string): string =>
  /^[\w.~!$&'*+%-]+$/.test(authority) ? authority : `"${authority}"`;
