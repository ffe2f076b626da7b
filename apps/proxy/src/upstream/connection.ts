import type { Socket } from 'node:net';
import type { TimerWheel } from '@spillway/core';
import { type ResponseHeads, skipContinue } from '@spillway/interim';
import { Client, type Dispatcher } from 'undici';
import { ConnectTry, type Destination } from './connect.ts';

/** undici's last chunk and end of the trailer section, in one piece. */
const endOfChunks = '\r\n0\r\n\r\n';

/** What a pool wants to hear of its connections. */
export interface ConnectionOwner {
  onDisconnect(connection: Connection): void;
}

/** Hears of a request on a connection, from undici and of what undici is not shown. */
export interface ResponseHandler extends Dispatcher.DispatchHandler {
  /** A 100 Continue came, which was left out. */
  onContinue?(): void;
}

/**
 * One connection to an upstream: an undici client that carries one request at a time. undici's own
 * Pool can't bound its idle connections, queues without limit and tells nobody when it connects.
 */
export class Connection {
  readonly #client: Client;
  readonly #servername: string | undefined;
  #connecting: ConnectTry | null = null;
  #connectStartedAt = 0;
  #socket: Socket | null = null;
  /** Where it leads; empty before it stands. */
  address = '';
  openedAt = 0;
  /** Older than this it carries no further request. */
  maxAgeMs = Infinity;
  #heads: ResponseHeads | null = null;
  #handler: ResponseHandler | null = null;
  /** Duration in ms of the connect that the running request waited for; 0 on a warm connection. */
  connectMs = 0;

  constructor(
    destination: Destination,
    origin: string,
    idleTimeoutMs: number,
    wheel: TimerWheel,
    owner: ConnectionOwner,
  ) {
    this.#servername = destination.tls ? destination.hostname : undefined;
    this.#client = new Client(origin, {
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: destination.maxHeaderBytes,
      // Ours tick finer, count uploads as activity and pause with the client: see Attempt.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: idleTimeoutMs,
      // Else an upstream's Keep-Alive field would keep it longer.
      keepAliveMaxTimeout: idleTimeoutMs,
      connect: (_options, callback) => {
        this.#connectStartedAt = wheel.now();
        this.#connecting = new ConnectTry(destination, wheel, (error, socket, address) => {
          this.#connecting = null;
          this.#socket = socket;
          this.address = address;
          this.openedAt = wheel.now();
          this.connectMs = this.openedAt - this.#connectStartedAt;
          if (error !== null) callback(error, null);
          else callback(null, this.#filtered(socket as Socket));
        });
      },
    });
    this.#client.on('disconnect', () => owner.onDisconnect(this));
  }

  /** Ended by an error, a reset for one, instead of in order. */
  get broken(): boolean {
    return this.#socket !== null && this.#socket.errored !== null;
  }

  /** Something in HTTP has come in response to the latest request. */
  get answered(): boolean {
    return this.#heads?.answered ?? false;
  }

  /** Ended or reset by the upstream, instead of by undici with the error that the request was told. */
  endedByUpstream(told: Error): boolean {
    const socket = this.#socket;
    if (socket === null) return false;
    return socket.readableEnded || (socket.errored !== null && socket.errored !== told);
  }

  get connecting(): boolean {
    return this.#connecting !== null;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: ResponseHandler): void {
    this.connectMs = 0;
    this.#handler = handler;
    this.#heads?.expect();
    // Without it undici would take SNI from the client's Host field.
    if (this.#servername !== undefined) {
      (options as { servername?: string }).servername = this.#servername;
    }
    this.#client.dispatch(options, handler);
  }

  /** The request ended well: an idle connection must not keep what belonged to it alive. */
  forgetRequest(): void {
    this.#handler = null;
  }

  #filtered(socket: Socket): Socket {
    this.#heads = skipContinue(socket, () => this.#handler?.onContinue?.());
    return socket;
  }

  /**
   * Puts trailers behind the last chunk of the request that is about to end. undici has no call for
   * them: what it writes there is replaced, within this turn and once.
   */
  addTrailers(fields: string): void {
    const socket = this.#socket;
    if (fields === '' || socket === null) return;
    const { write } = socket;
    const restore = () => {
      socket.write = write;
    };
    socket.write = (data: unknown, ...rest: unknown[]) => {
      const isEnd = data === endOfChunks;
      if (isEnd) restore();
      const bytes = isEnd ? `\r\n0\r\n${fields}\r\n` : data;
      return (write as (...args: unknown[]) => boolean).call(socket, bytes, ...rest);
    };
    process.nextTick(restore);
  }

  /** Closes once the running request, if any, is over. */
  close(): void {
    this.#client.close().catch(() => {});
  }

  /** Closes at once; a running request hears an error. */
  destroy(reason: Error): void {
    this.#connecting?.cancel();
    this.#client.destroy(reason).catch(() => {});
  }
}
