import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../http/client-request.ts';

const presented: unique symbol = Symbol('client certificate');

type SecureSocket = TLSSocket & {
  [presented]?: ClientCertificate;
  /** The connection below, which node states nowhere. */
  readonly _parent?: Socket | null;
};

export const isSecure = (socket: Socket): socket is TLSSocket =>
  (socket as Partial<TLSSocket>).encrypted === true;

/** The connection below TLS. */
export const below = (socket: TLSSocket): Socket | null => (socket as SecureSocket)._parent ?? null;

/** Keeps what the client proved, for its requests; call it once the handshake is over. */
export function keepClientCertificate(socket: TLSSocket): void {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return;
  (socket as SecureSocket)[presented] = {
    subject: certificate.subject,
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
}

/** Null: the client has presented none. */
export const clientCertificateOf = (socket: Socket): ClientCertificate | null =>
  (socket as SecureSocket)[presented] ?? null;

/** Ends the connection with a TCP reset where it has one: through TLS too, and not on a Unix socket. */
export function resetConnection(socket: Socket): void {
  const lowest = isSecure(socket) ? below(socket) : socket;
  if (lowest === null || !isTcp(lowest)) {
    socket.destroy();
    return;
  }
  lowest.resetAndDestroy();
  if (lowest !== socket) socket.destroy();
}

const isTcp = (socket: Socket): boolean => {
  const { _handle: handle } = socket as Socket & { _handle?: { reset?: unknown } | null };
  return typeof handle?.reset === 'function';
};
