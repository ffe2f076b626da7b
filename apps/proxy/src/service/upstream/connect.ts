import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { TimerEntry, type TimerWheel } from '@spillway/core';
import type { ShortageKind } from '@spillway/diagnosis';
import { readInto } from '../../system/read-buffers.ts';
import { shortageOf, shortageText } from '../../system/shortage.ts';
import type { Address } from './address-order.ts';
import type { AddressAsker, Addresses } from './addresses.ts';
import { type AddressFailure, AddressRace, type RaceOwner } from './race-addresses.ts';

/** Where and how to connect; made once for an upstream. */
export interface Destination {
  /** Or the path of a Unix socket. */
  readonly hostname: string;
  /** 0 for a socket. */
  readonly port: number;
  readonly addresses: Addresses;
  readonly tls: { readonly context: SecureContext; readonly insecure: boolean } | null;
  readonly timeoutMs: number;
  /** Most that the fields of a response may take. */
  readonly maxHeaderBytes: number;
  /** What speaks HTTP/1.1 with it. */
  readonly engine: 'lean' | 'node';
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

/** `address`: where the connection leads. */
export type OnConnected = (
  error: ConnectError | null,
  socket: Socket | null,
  address: string,
) => void;

/**
 * One try to open a connection: name lookup, TCP and TLS under a single time limit. Our own instead of
 * undici's connector because that one ticks at half a second and doesn't tell the phases apart.
 */
export class ConnectTry extends TimerEntry implements AddressAsker, RaceOwner {
  readonly #destination: Destination;
  readonly #wheel: TimerWheel;
  #onDone: OnConnected | null;
  #race: AddressRace | null = null;
  #socket: Socket | null = null;
  #address = '';

  constructor(destination: Destination, wheel: TimerWheel, onDone: OnConnected) {
    super();
    this.#destination = destination;
    this.#wheel = wheel;
    this.#onDone = onDone;
    wheel.schedule(this, destination.timeoutMs);
    destination.addresses.ask(this);
  }

  /** The request that asked for it is gone. */
  cancel(): void {
    this.#settle(new ConnectError('connection_refused', 'cancelled while connecting'));
  }

  override onExpire(): void {
    const { addresses } = this.#destination;
    // Before it is over: it knows who was silent.
    const error = this.#tooLate();
    if (this.#race !== null) addresses.doubt();
    if (this.#socket !== null) addresses.avoid(isIP(this.#address));
    this.#settle(error);
  }

  onAddresses(addresses: readonly Address[]): void {
    const { port, tls, engine } = this.#destination;
    const onread = engine === 'lean' && tls === null ? readInto : undefined;
    this.#race = new AddressRace(addresses, port, this.#wheel, this, onread);
  }

  onLookupFailed(error: NodeJS.ErrnoException): void {
    const { hostname } = this.#destination;
    const shortage = shortageOf(error);
    if (shortage !== null) {
      this.#settle(internalError(shortage, `to look up ${hostname}`, error));
      return;
    }
    const reason = `${hostname} (${error.code ?? error.message})`;
    this.#settle(new ConnectError('dns_error', `no address for ${reason}`, error));
  }

  onRaceWon(socket: Socket, { address, family }: Address): void {
    const { addresses, tls } = this.#destination;
    addresses.prefer(family);
    this.#address = address;
    this.#socket = tls === null ? socket : this.#startTls(socket, tls);
    if (tls === null) this.#settle(null);
  }

  onRaceLost(failures: readonly AddressFailure[]): void {
    const { addresses, hostname } = this.#destination;
    addresses.doubt();
    const place = placeOf(this.#destination);
    const errors = failures.map(({ address, error }) => {
      const where = isIP(hostname) || address === hostname ? place : `${place} (${address})`;
      return failureOf(error, where);
    });
    this.#settle(mostTelling(errors));
  }

  #startTls(tcp: Socket, { context, insecure }: NonNullable<Destination['tls']>): Socket {
    const { hostname, port } = this.#destination;
    return connectTls({
      // What goes wrong with it from here on is the TLS socket's to tell.
      socket: tcp.on('error', () => {}),
      // Whose certificate is expected, also where it is an IP address and there is no SNI.
      host: hostname,
      secureContext: context,
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['http/1.1'],
      ...(isIP(hostname) ? {} : { servername: hostname }),
    })
      .once('secureConnect', () => this.#settle(null))
      .once('error', (error) => this.#onTlsFailed(failureOf(error, `${hostname}:${port}`)))
      .once('close', () =>
        this.#onTlsFailed(new ConnectError('connection_refused', 'closed while connecting')),
      );
  }

  /** The race goes by TCP alone: where TLS comes to nothing, whoever tries again begins at another family. */
  #onTlsFailed(error: ConnectError): void {
    this.#destination.addresses.avoid(isIP(this.#address));
    this.#settle(error);
  }

  #tooLate(): ConnectError {
    const { hostname, timeoutMs } = this.#destination;
    const limit = `within ${timeoutMs / 1000} s (--connect-timeout)`;
    if (this.#race === null) {
      return new ConnectError('dns_timeout', `no address for ${hostname} ${limit}`);
    }
    const { failures, silent } = this.#race;
    const each = [
      ...failures.map(({ address, error }) => `${address} failed (${error.code})`),
      ...silent.map((address) => `${address} was silent`),
    ];
    const who = each.length > 1 ? `: ${each.join(', ')}` : '';
    return new ConnectError(
      'connection_timeout',
      `no connection to ${placeOf(this.#destination)} ${limit}${who}`,
    );
  }

  #settle(error: ConnectError | null): void {
    const onDone = this.#onDone;
    if (onDone === null) return;
    this.#onDone = null;
    this.#wheel.cancel(this);
    this.#destination.addresses.forget(this);
    this.#race?.cancel();
    this.#socket?.removeAllListeners();
    if (error !== null) {
      this.#socket?.on('error', () => {}).destroy();
      onDone(error, null, '');
    } else {
      onDone(null, this.#socket, this.#address);
    }
  }
}

/** `doing`: what failed because this process itself has run out of something. */
const internalError = (
  shortage: ShortageKind,
  doing: string,
  error: NodeJS.ErrnoException,
): ConnectError =>
  new ConnectError(
    'proxy_internal_error',
    shortageText(shortage, doing, error.code),
    error,
    shortage,
  );
const placeOf = ({ hostname, port }: Destination): string =>
  port === 0 ? hostname : `${hostname}:${port}`;

/** `where`: what was connected to, for whoever reads it. */
function failureOf(error: NodeJS.ErrnoException, where: string): ConnectError {
  const shortage = shortageOf(error);
  if (shortage !== null) return internalError(shortage, `to connect to ${where}`, error);
  if (error.code === 'ETIMEDOUT') {
    return new ConnectError('connection_timeout', `${where} did not answer (ETIMEDOUT)`, error);
  }
  const reason = error.code ?? error.message;
  return new ConnectError('connection_refused', `${where} refused (${reason})`, error);
}

/** A silence says more than a refusal: another address may have been refused for want of a route to its family. */
const telling: readonly ConnectFailure[] = ['connection_timeout', 'connection_refused'];

function mostTelling(errors: readonly ConnectError[]): ConnectError {
  const [first] = errors as readonly [ConnectError];
  if (errors.length === 1) return first;
  const code = telling.find((one) => errors.some((error) => error.code === one)) ?? first.code;
  const message = errors.map((error) => error.message).join('; ');
  return new ConnectError(code, message, first, code === first.code ? first.shortage : null);
}
