import type { Socket } from 'node:net';
import type { TimerWheel } from '@spillway/core';
import { type ResponseHeads, skipContinue } from '@spillway/interim';
import { Client, type Dispatcher } from 'undici';
import { ConnectTry, type Destination } from '../connect.ts';
import type {
  Connection,
  ConnectionOwner,
  OutgoingRequest,
  ResponseHandler,
} from '../connection.ts';
import { dispatchAsterisk } from './dispatch-asterisk.ts';
import { IteratedBody } from './iterated-body.ts';
import { UndiciResponse } from './undici-response.ts';

/** undici's last chunk and end of the trailer section, in one piece. */
const endOfChunks = '\r\n0\r\n\r\n';

/**
 * A connection by undici: a client that carries one request at a time. undici's own
 * Pool can't bound its idle connections, queues without limit and tells nobody when it connects.
 */
export class UndiciConnection implements Connection {
  readonly #client: Client;
  readonly #servername: string | undefined;
  #connecting: ConnectTry | null = null;
  #connectStartedAt = 0;
  #socket: Socket | null = null;
  address = '';
  openedAt = 0;
  maxAgeMs = Infinity;
  #heads: ResponseHeads | null = null;
  #response: UndiciResponse | null = null;
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

  get answered(): boolean {
    return this.#heads?.answered ?? false;
  }

  endedByUpstream(told: Error): boolean {
    const socket = this.#socket;
    if (socket === null) return false;
    return socket.readableEnded || (socket.errored !== null && socket.errored !== told);
  }

  get connecting(): boolean {
    return this.#connecting !== null;
  }

  dispatch(request: OutgoingRequest, handler: ResponseHandler): void {
    this.connectMs = 0;
    const response = new UndiciResponse(this, handler);
    this.#response = response;
    this.#heads?.expect();
    const { method, path, headers, body, upgrade } = request;
    const options: Dispatcher.DispatchOptions = {
      path,
      method: method as Dispatcher.HttpMethod,
      headers: headers as string[],
      body: this.#bodyOf(body),
      upgrade,
    };
    // undici would close the connection after every HEAD.
    if (method === 'HEAD') options.reset = false;
    // Without it undici would take SNI from the client's Host field.
    if (this.#servername !== undefined) {
      (options as { servername?: string }).servername = this.#servername;
    }
    if (path === '*') dispatchAsterisk(this.#client, options, response);
    else this.#client.dispatch(options, response);
  }

  /** The response is over: an idle connection must not keep what belonged to it alive. */
  forget(response: UndiciResponse): void {
    if (this.#response === response) this.#response = null;
  }

  #filtered(socket: Socket): Socket {
    this.#heads = skipContinue(socket, () => this.#response?.onContinue());
    return socket;
  }

  #bodyOf(body: OutgoingRequest['body']): Buffer | null {
    if (body === null || Buffer.isBuffer(body)) return body;
    // undici takes any iterable; its types know of none.
    return new IteratedBody(body, (trailers) => this.#addTrailers(trailers)) as unknown as Buffer;
  }

  /** undici has no call for trailers: what it writes there is replaced, within this turn and once. */
  #addTrailers(fields: string): void {
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

  close(): void {
    this.#client.close().catch(() => {});
  }

  destroy(reason: Error): void {
    this.#connecting?.cancel();
    this.#client.destroy(reason).catch(() => {});
  }
}
