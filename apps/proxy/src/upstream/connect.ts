import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { TimerEntry, type TimerWheel } from '@spillway/core';
import type { ShortageKind } from '@spillway/diagnosis';
import { shortageOf, shortageText } from '../shortage.ts';

/** Where and how to connect; made once for an upstream. */
export interface Destination {
  readonly hostname: string;
  readonly port: number;
  readonly tls: { readonly context: SecureContext; readonly insecure: boolean } | null;
  readonly timeoutMs: number;
  /** Most that the fields of a response may take. */
  readonly maxHeaderBytes: number;
}

export type ConnectFailure =
  | 'dns_error'
  | 'dns_timeout'
  | 'connection_timeout'
  | 'connection_refused'
  | 'proxy_internal_error';

/** Nothing was sent: the connection never stood. */
export class ConnectError extends Error {
  readonly code: ConnectFailure;
  /** What this process was out of, with `proxy_internal_error`. */
  readonly shortage: ShortageKind | null;

  constructor(
    code: ConnectFailure,
    message: string,
    cause?: unknown,
    shortage: ShortageKind | null = null,
  ) {
    super(message, { cause });
    this.name = 'ConnectError';
    this.code = code;
    this.shortage = shortage;
  }
}

export type OnConnected = (error: ConnectError | null, socket: Socket | null) => void;

/**
 * One try to open a connection: name lookup, TCP and TLS under a single time limit. Our own instead of
 * undici's connector because that one ticks at half a second and doesn't tell the phases apart.
 */
export class ConnectTry extends TimerEntry {
  readonly #destination: Destination;
  readonly #wheel: TimerWheel;
  readonly #socket: Socket;
  #onDone: OnConnected | null;
  #resolved: boolean;

  constructor(destination: Destination, wheel: TimerWheel, onDone: OnConnected) {
    super();
    this.#destination = destination;
    this.#wheel = wheel;
    this.#onDone = onDone;
    this.#resolved = isIP(destination.hostname) !== 0;

    const { hostname, port, tls } = destination;
    const options = { host: hostname, port, noDelay: true, keepAlive: true };
    this.#socket = tls
      ? connectTls({
          ...options,
          secureContext: tls.context,
          rejectUnauthorized: !tls.insecure,
          ALPNProtocols: ['http/1.1'],
          ...(this.#resolved ? {} : { servername: hostname }),
        })
      : connectTcp(options);
    this.#socket
      .once(tls ? 'secureConnect' : 'connect', () => this.#settle(null))
      .once('error', (error) => this.#settle(this.#failureOf(error)))
      .once('close', () =>
        this.#settle(new ConnectError('connection_refused', 'closed while connecting')),
      )
      .on('lookup', (error) => {
        this.#resolved = !error;
      });
    wheel.schedule(this, destination.timeoutMs);
  }

  /** The request that asked for it is gone. */
  cancel(): void {
    this.#settle(new ConnectError('connection_refused', 'cancelled while connecting'));
  }

  override onExpire(): void {
    const { hostname, port, timeoutMs } = this.#destination;
    const limit = `within ${timeoutMs / 1000} s (--connect-timeout)`;
    this.#settle(
      this.#resolved
        ? new ConnectError('connection_timeout', `no connection to ${hostname}:${port} ${limit}`)
        : new ConnectError('dns_timeout', `no address for ${hostname} ${limit}`),
    );
  }

  #settle(error: ConnectError | null): void {
    const onDone = this.#onDone;
    if (onDone === null) return;
    this.#onDone = null;
    this.#wheel.cancel(this);
    this.#socket.removeAllListeners();
    if (error !== null) {
      this.#socket.on('error', () => {}).destroy();
      onDone(error, null);
    } else {
      onDone(null, this.#socket);
    }
  }

  #failureOf(error: NodeJS.ErrnoException): ConnectError {
    const { hostname, port } = this.#destination;
    const where = `${hostname}:${port}`;
    const shortage = shortageOf(error);
    if (shortage !== null) {
      const text = shortageText(shortage, `to connect to ${where}`, error.code);
      return new ConnectError('proxy_internal_error', text, error, shortage);
    }
    if (error.syscall === 'getaddrinfo') {
      return new ConnectError('dns_error', `no address for ${hostname} (${error.code})`, error);
    }
    if (error.code === 'ETIMEDOUT') {
      return new ConnectError('connection_timeout', `${where} did not answer (ETIMEDOUT)`, error);
    }
    const reason = error.code ?? error.message;
    return new ConnectError('connection_refused', `${where} refused (${reason})`, error);
  }
}
