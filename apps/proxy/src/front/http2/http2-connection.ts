import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import { TimerEntry } from '@spillway/core';
import type { ClientCertificate } from '../../http/client-request.ts';
import { peerAddressOf } from '../peer-address.ts';
import { clientCertificateOf, isSecure } from '../tls/secure-socket.ts';
import { Allowance } from './allowance.ts';
import { Http2Client } from './http2-client.ts';
import type { Http2Context } from './http2-context.ts';
import { clientOf, connectionOf, type ServedStream } from './served-stream.ts';

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR } = constants;

/** GOAWAY that leaves the highest stream there can be: it only asks to open no more. */
const shutdownNotice = Buffer.from('0000080700000000007fffffff00000000', 'hex');

/** One connection of a client that speaks HTTP/2. As a timer it bounds the time in which it has no stream. */
export class Http2Connection extends TimerEntry {
  readonly context: Http2Context;
  readonly socket: Socket;
  readonly scheme: 'http' | 'https';
  readonly remoteAddress: string | undefined;
  readonly clientCertificate: ClientCertificate | null;
  /** The client has been told to open no more streams, and has said since that it read so. */
  announced = false;
  open = true;

  readonly #session: ServerHttp2Session;
  readonly #resets: Allowance;
  readonly #pings: Allowance;
  readonly #settings: Allowance;
  #streams = 0;
  /** So far. */
  #requests = 0;
  #closing = false;

  constructor(context: Http2Context, socket: Socket) {
    super();
    this.context = context;
    this.scheme = isSecure(socket) ? 'https' : 'http';
    this.remoteAddress = peerAddressOf(socket);
    this.clientCertificate = clientCertificateOf(socket);
    this.socket = socket;
    const { wheel } = context.handler;
    this.#resets = new Allowance(wheel, context.limits.resets);
    this.#pings = new Allowance(wheel, context.limits.pings);
    this.#settings = new Allowance(wheel, context.limits.settings);
    // A client that ends its side has left: what it asked for could not reach it by frames that need its windows.
    socket.allowHalfOpen = false;
    const session = performServerHandshake(socket, context.sessionOptions);
    this.#session = session;
    context.connections.add(this);
    session.on('stream', this.#onStream);
    session.on('ping', () => this.#spend(this.#pings, 'PING frames'));
    session.on('remoteSettings', () => this.#spend(this.#settings, 'SETTINGS frames'));
    session.on('error', (error: Error) => this.#onError(error));
    socket.on('close', () => this.#onClose());
    this.#awaitStream();
  }

  get idle(): boolean {
    return this.#streams === 0;
  }

  /**
   * Asks the client to open no more streams; resolves once it has read that, and those before it have come (RFC 9113
   * section 6.8). Behind TLS it is only told which of its streams are served: node:http2 has no such notice, and nobody
   * else may write there.
   */
  announce(): Promise<void> {
    if (!this.open || this.#closing || this.scheme === 'https') return Promise.resolve();
    // node:http2 writes whole frames, so that one more fits between any two writes.
    this.socket.write(shutdownNotice);
    return new Promise((resolve) => {
      const done = () => {
        this.announced = true;
        resolve();
      };
      this.socket.once('close', done);
      // Its acknowledgement comes behind every stream that the client opened before it read the notice.
      this.#session.ping(done);
    });
  }

  /** The streams that it has end, and no other is taken; then the connection closes. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.open) this.#session.close();
  }

  /** As a response of it says; a retiring engine closes all of them, and knows when. */
  closeAfterwards(): void {
    if (!this.context.retiring()) this.close();
  }

  /** Whatever it is doing. */
  destroy(): void {
    this.socket.destroy();
  }

  /** The connection has had no stream for `--client-idle-timeout`, or does not end although it was told so. */
  override onExpire(): void {
    if (!this.idle) return;
    if (this.#closing) {
      this.destroy();
      return;
    }
    this.close();
    this.context.handler.wheel.schedule(this, this.context.closeTimeoutMs);
  }

  readonly #onStream = (
    stream: ServedStream,
    headers: IncomingHttpHeaders,
    flags: number,
    raw: unknown,
  ): void => {
    this.#streams += 1;
    this.#requests += 1;
    if (this.#requests === this.context.maxRequests) this.closeAfterwards();
    this.context.handler.wheel.cancel(this);
    stream.on('error', ignore);
    stream[connectionOf] = this;
    stream.on('close', onStreamClose);
    // A flood opens and resets in one packet: such a stream never becomes a request.
    if (stream.destroyed || stream.closed) return;
    const hasEnded = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    this.context.handler.handle(new Http2Client(this, stream, headers, raw as string[], hasEnded));
  };

  onStreamClosed(stream: ServedStream): void {
    this.#streams -= 1;
    const client = stream[clientOf];
    client?.onClosed();
    if (stream.rstCode !== NGHTTP2_NO_ERROR && client?.resetEarly !== false) {
      this.#spend(this.#resets, 'resets of streams');
    }
    if (this.#streams === 0 && this.open) this.#awaitStream();
  }

  #awaitStream(): void {
    const { handler, idleTimeoutMs, closeTimeoutMs } = this.context;
    handler.wheel.schedule(this, this.#closing ? closeTimeoutMs : idleTimeoutMs);
  }

  /** RFC 9113 section 10.5: what is allowed, and costs more than it is worth where it is all that comes. */
  #spend(allowance: Allowance, what: string): void {
    if (allowance.take() || !this.open || this.#session.destroyed) return;
    this.#tell(`too many ${what}`);
    this.#session.destroy(new Error(what), NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** nghttp2's word for a connection error (RFC 9113 section 5.4.1); others are of the socket. */
  #onError({ message, code = '' }: Error & { code?: string }): void {
    if (code === 'ERR_HTTP2_ERROR') this.#tell(message);
  }

  #tell(reason: string): void {
    this.context.handler.unreadable(400, `HTTP/2: ${reason}`, this.remoteAddress ?? 'unknown');
  }

  #onClose(): void {
    this.open = false;
    this.context.handler.wheel.cancel(this);
    this.context.onClosed(this);
  }
}

function ignore(): void {}

function onStreamClose(this: ServedStream): void {
  this[connectionOf]?.onStreamClosed(this);
}
