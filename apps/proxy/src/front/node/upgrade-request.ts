import { createServer, IncomingMessage } from 'node:http';

/**
 * Only a bodyless request of HTTP/1.1 switches protocols: a GET (WebSocket) or a POST (docker attach and exec, kubectl
 * by SPDY). Never to h2c, which would hide requests from us in a tunnel; every other wish to upgrade is ignored (RFC
 * 9110 section 7.8) and the request forwarded.
 */
export function isUpgrade(request: IncomingMessage): boolean {
  const { headers, method, httpVersionMinor } = request;
  const protocol = headers.upgrade?.trim().toLowerCase() ?? '';
  return (
    (method === 'GET' || method === 'POST') &&
    httpVersionMinor === 1 &&
    isBodyless(request) &&
    /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) &&
    protocol !== 'h2c'
  );
}

export const isBodyless = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;

/** Since Node 22.21 node:http asks us whether to upgrade; before it, every wish would be an upgrade, body or not. */
export const asksWhetherToUpgrade = 'shouldUpgradeCallback' in createServer();

const wished: unique symbol = Symbol('wished to upgrade');

/** For older Node: what the parser notes as an upgrade is one only where we say so. */
export class OlderRequest extends IncomingMessage {
  private [wished]: boolean | null = null;

  get upgrade(): boolean {
    return this[wished] === true && (this.method === 'CONNECT' || isUpgrade(this));
  }

  set upgrade(wish: boolean | null) {
    this[wished] = wish;
  }

  /** The parser takes what follows the message for another protocol: there can be no next request. */
  get ignoresUpgrade(): boolean {
    return this[wished] === true && !this.upgrade;
  }
}
