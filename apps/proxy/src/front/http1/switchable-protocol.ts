import type { ClientRequest } from '../../http/client-request.ts';

/**
 * The protocol to which a request may switch. Only a bodyless request of HTTP/1.1 does: a GET (WebSocket) or a POST
 * (docker attach and exec, kubectl by SPDY). Never to h2c, which would hide requests from us in a tunnel; every other
 * wish is ignored (RFC 9110 section 7.8) and the request forwarded.
 */
export function switchableProtocol(
  request: ClientRequest & { readonly contentLength: number | null },
  wished: boolean,
): string | null {
  if (!wished || request.httpVersion !== '1.1' || request.contentLength !== 0) return null;
  if (request.method !== 'GET' && request.method !== 'POST') return null;
  const protocol = request.field('upgrade')?.trim() ?? '';
  if (protocol.toLowerCase() === 'h2c') return null;
  return /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) ? protocol : null;
}
