import type { IncomingHttpHeaders } from 'node:http2';
import type { FieldList } from '../../http/client-request.ts';

/** A request in the terms of HTTP/1.1, as all that is behind the port reads it. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly fields: FieldList;
  /** That of an extended CONNECT (RFC 8441), which asks for what Upgrade does in HTTP/1.1; else null. */
  readonly protocol: string | null;
}

/**
 * Translates the head of a stream (RFC 9113 section 8.3.1). `:authority` becomes Host; a Host that names another stands
 * beside it, and is refused as a second one. Cookie crumbs are joined (section 8.2.3), at the place of the first.
 */
export function requestHead(headers: IncomingHttpHeaders, raw: FieldList): RequestHead {
  const authority = headers[':authority'];
  const fields: string[] = authority === undefined ? [] : ['host', authority];
  let hasCookie = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.charCodeAt(0) === colon) continue;
    if (name === 'cookie') {
      if (hasCookie) continue;
      hasCookie = true;
      fields.push(name, headers.cookie as string);
    } else if (name !== 'host' || !isSameAuthority(value, authority)) {
      fields.push(name, value);
    }
  }
  const method = headers[':method'] as string;
  const protocol = headers[':protocol'];
  if (method !== 'CONNECT')
    return { method, target: headers[':path'] as string, fields, protocol: null };
  const target = headers[':path'] ?? authority ?? '';
  return { method, target, fields, protocol: typeof protocol === 'string' ? protocol : null };
}

const colon = ':'.charCodeAt(0);

const isSameAuthority = (host: string, authority: string | undefined): boolean =>
  authority !== undefined && host.toLowerCase() === authority.toLowerCase();
