import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { CertificateStore } from '../../tls/certificate-store.ts';
import { passPeerAddress, peerAddressOf } from '../peer-address.ts';
import { below, keepClientCertificate } from './secure-socket.ts';

/** Tickets are encrypted with one key for so long; whoever steals it reads no older sessions' tickets. */
const ticketKeyLifeMs = 12 * 3_600_000;

export interface TlsOwner {
  /** The handshake is over; `protocol`: what ALPN chose (RFC 7301), null without ALPN. */
  onSecure(socket: TLSSocket, protocol: string | null): void;
  onHandshakeFailed(reason: string, clientAddress: string): void;
}

interface AcceptorOptions {
  /** Offered by ALPN, the best first. */
  readonly protocols: readonly string[];
  /** ms for the whole handshake. */
  readonly handshakeTimeoutMs: number;
}

/** Shakes hands on connections that others have accepted. */
export class TlsAcceptor {
  readonly #store: CertificateStore;
  readonly #owner: TlsOwner;
  readonly #server: Server;
  readonly #rotation: NodeJS.Timeout;
  #ticketKeys = randomBytes(48);
  /** Which clients are let in. */
  #admission: string;

  constructor(store: CertificateStore, options: AcceptorOptions, owner: TlsOwner) {
    this.#store = store;
    this.#owner = owner;
    this.#admission = admissionOf(store);
    const { tlsClientCaFile, tlsClientAuth } = store.settings;
    this.#server = createServer({
      ...store.defaultOptions,
      ticketKeys: this.#ticketKeys,
      ALPNProtocols: [...options.protocols],
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
      handshakeTimeout: options.handshakeTimeoutMs,
      requestCert: tlsClientCaFile !== null,
      rejectUnauthorized: tlsClientAuth === 'require',
    });
    store.onChanged = () => this.#refresh();
    this.#server.on('secureConnection', (socket) => this.#onSecure(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      const lowest = below(socket) ?? socket;
      owner.onHandshakeFailed(reasonOf(error), peerAddressOf(lowest) ?? 'unknown');
      socket.destroy();
    });
    this.#rotation = setInterval(() => this.rotateTicketKeys(), ticketKeyLifeMs).unref();
  }

  /** What has been read of it and unshifted counts as its first bytes. */
  accept(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** Handshakes from now on use what the store holds; those under way end with what they began. */
  #refresh(): void {
    const { settings, defaultOptions } = this.#store;
    // Read by node:tls for each connection.
    const policy = this.#server as Server & { requestCert: boolean; rejectUnauthorized: boolean };
    policy.requestCert = settings.tlsClientCaFile !== null;
    policy.rejectUnauthorized = settings.tlsClientAuth === 'require';
    const admission = admissionOf(this.#store);
    // A session of before says that its client was let in by other rules.
    if (admission !== this.#admission) this.#ticketKeys = randomBytes(48);
    this.#admission = admission;
    this.#server.setSecureContext({ ...defaultOptions, ticketKeys: this.#ticketKeys });
  }

  /** Tickets of before no longer count: their clients shake hands in full. */
  rotateTicketKeys(): void {
    this.#ticketKeys = randomBytes(48);
    this.#server.setTicketKeys(this.#ticketKeys);
  }

  close(): void {
    clearInterval(this.#rotation);
  }

  /** Undefined: the server's own, of the first certificate. */
  #contextFor(name: string): SecureContext | undefined {
    return this.#store.contextFor(name) ?? undefined;
  }

  #onSecure(socket: TLSSocket): void {
    const lowest = below(socket);
    if (lowest !== null) passPeerAddress(lowest, socket);
    if (this.#store.settings.tlsClientCaFile !== null) {
      keepClientCertificate(socket);
      // `optional` lets those in that present none, not those that present a bad one.
      if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) {
        const reason = `client certificate refused: ${String(socket.authorizationError)}`;
        this.#owner.onHandshakeFailed(reason, peerAddressOf(socket) ?? 'unknown');
        socket.destroy();
        return;
      }
    }
    // Until somebody listens, a connection that breaks would end the process.
    socket.on('error', ignore);
    this.#owner.onSecure(socket, socket.alpnProtocol || null);
  }
}

const admissionOf = ({ settings, defaultOptions }: CertificateStore): string =>
  `${settings.tlsClientAuth} ${defaultOptions.ca ?? ''}`;

/** OpenSSL's own words are a line of codes; the reason alone says what was wrong. */
function reasonOf(error: Error & { code?: string; reason?: string }): string {
  return error.reason ?? error.message;
}

function ignore(): void {}
