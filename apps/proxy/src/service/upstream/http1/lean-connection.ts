import type { TimerWheel } from '@spillway/core';
import { DirectWriter } from '../../../system/direct-writer.ts';
import { type BytesReader, type ReadSocket, reader } from '../../../system/read-buffers.ts';
import { ConnectTry, type Destination } from '../connect.ts';
import type {
  Connection,
  ConnectionOwner,
  OutgoingRequest,
  ResponseController,
  ResponseHandler,
} from '../connection.ts';
import { afterReads, type ReadsWaiter } from './after-reads.ts';
import { type IdleOwner, IdleTimer } from './idle-timer.ts';
import { expectsBody, requestHead } from './request-head.ts';
import { type ResponseOwner, ResponseReader } from './response-reader.ts';
import { Upload, type UploadOwner } from './upload.ts';
import { WireError } from './wire-error.ts';
import { writeRequest } from './write-request.ts';

/** Whoever says how long it keeps an idle connection may be a little quicker than that. */
const keepAliveMarginMs = 1000;

/**
 * A connection on node:net and llhttp. It is the controller of the exchange that it carries, and opens another socket
 * for the next one where the last one did not outlive its response.
 */
export class LeanConnection
  implements
    Connection,
    ResponseController,
    ResponseOwner,
    BytesReader,
    ReadsWaiter,
    UploadOwner,
    IdleOwner
{
  address = '';
  openedAt = 0;
  maxAgeMs = Infinity;
  connectMs = 0;
  readonly #destination: Destination;
  readonly #idleTimeoutMs: number;
  readonly #wheel: TimerWheel;
  readonly #owner: ConnectionOwner;
  readonly #idle: IdleTimer;
  readonly #response: ResponseReader;
  #connecting: ConnectTry | null = null;
  #connectStartedAt = 0;
  #socket: ReadSocket | null = null;
  /** It carries no further request. */
  #closing = false;
  #handler: ResponseHandler | null = null;
  /** Not written yet, with its head. */
  #request: OutgoingRequest | null = null;
  #head = '';
  #writer: DirectWriter | null = null;
  readonly #upload = new Upload(this);
  #isUpgrade = false;
  /** Another request may follow, as far as this one goes. */
  #reusable = false;

  constructor(
    destination: Destination,
    idleTimeoutMs: number,
    wheel: TimerWheel,
    owner: ConnectionOwner,
  ) {
    this.#destination = destination;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#wheel = wheel;
    this.#owner = owner;
    this.#idle = new IdleTimer(wheel, this);
    this.#response = new ResponseReader(destination.maxHeaderBytes, this);
  }

  get connecting(): boolean {
    return this.#connecting !== null;
  }

  get answered(): boolean {
    return this.#response.parser.answered;
  }

  get rawHeaders(): readonly string[] {
    return this.#response.parser.fields;
  }

  get rawTrailers(): readonly string[] {
    return this.#response.parser.trailers;
  }

  endedByUpstream(told: Error): boolean {
    return (told as { code?: unknown }).code === 'response_ended';
  }

  dispatch(request: OutgoingRequest, handler: ResponseHandler): void {
    this.connectMs = 0;
    this.#handler = handler;
    this.#idle.stop();
    try {
      this.#head = requestHead(request);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#request = request;
    if (this.#socket === null) this.#open();
    else afterReads(this);
  }

  /** Nothing has come on an idle connection: what comes from now on is the response. */
  onReadsDone(): void {
    if (this.#request === null || this.#connecting !== null) return;
    if (this.#socket === null) this.#open();
    else this.#write(this.#socket);
  }

  close(): void {
    this.#closing = true;
    if (this.#handler === null) this.#drop();
  }

  destroy(reason: Error): void {
    this.#closing = true;
    const handler = this.#handler;
    this.#drop();
    // Its pool is in the middle of something.
    if (handler !== null) queueMicrotask(() => handler.onResponseError(this, reason));
  }

  pause(): void {
    this.#response.pause();
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
    this.#response.resume();
  }

  abort(reason: Error): void {
    this.#fail(reason);
  }

  // What the socket tells.

  onBytes(bytes: Buffer): void {
    // Whatever comes unasked, the next response would begin with it.
    if (this.#response.idle) this.#leave();
    else this.#response.take(bytes);
  }

  #onSocketEnd(socket: ReadSocket): void {
    if (socket !== this.#socket) return;
    this.#reusable = false;
    if (this.#response.idle) this.#leave();
    else if (!this.#response.complete) this.#response.end();
  }

  #onSocketClosed(socket: ReadSocket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#reusable = false;
    if (this.#response.idle) this.#leave();
    else if (!this.#response.complete) this.#fail(error);
  }

  // What the response tells.

  onContinue(): void {
    this.#handler?.onContinue?.();
  }

  onHead(status: number, reason: string): void {
    this.#handler?.onResponseStart(this, status, reason);
  }

  onData(chunk: Buffer): void {
    this.#handler?.onResponseData(this, chunk);
  }

  onEnd(surplus: boolean): void {
    const handler = this.#handler as ResponseHandler;
    const { keepAlive, keepAliveSeconds } = this.#response.parser;
    const idleMs = Math.min(this.#idleTimeoutMs, keepAliveSeconds * 1000 - keepAliveMarginMs);
    const sent = !this.#upload.underWay;
    if (surplus || !sent || !keepAlive || !this.#reusable || this.#closing || idleMs <= 0) {
      this.#drop();
    } else {
      this.#handler = null;
      this.#idle.start(idleMs);
    }
    handler.onResponseEnd(this);
    if (this.#socket === null && this.#handler === null) this.#owner.onDisconnect(this);
  }

  onSwitch(rest: Buffer): void {
    const socket = this.#socket as ReadSocket;
    const handler = this.#handler as ResponseHandler;
    const { parser } = this.#response;
    if (!this.#isUpgrade || !parser.upgrade || handler.onRequestUpgrade === undefined) {
      this.#fail(new WireError('response_malformed', 'the upstream switched protocols unasked'));
      return;
    }
    this.#detach(socket);
    this.#handler = null;
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    handler.onRequestUpgrade(this, parser.status, socket);
  }

  onFault(error: Error): void {
    this.#fail(error);
  }

  // What the request's body tells.

  onUploadPart(): void {
    this.#handler?.onBodySent?.();
  }

  onUploadEnd(): void {
    this.#handler?.onRequestSent?.();
  }

  onUploadFailed(error: Error): void {
    this.#fail(error);
  }

  onIdleTimeout(): void {
    this.#leave();
  }

  #open(): void {
    this.#connectStartedAt = this.#wheel.now();
    this.#connecting = new ConnectTry(this.#destination, this.#wheel, (error, socket, address) => {
      this.#connecting = null;
      if (error !== null) {
        this.#fail(error);
        return;
      }
      this.address = address;
      this.openedAt = this.#wheel.now();
      this.connectMs = this.openedAt - this.#connectStartedAt;
      this.#attach(socket as ReadSocket);
      this.#write(socket as ReadSocket);
    });
  }

  #attach(socket: ReadSocket): void {
    this.#socket = socket;
    this.#writer = new DirectWriter(socket, this.#destination.tls === null);
    socket.on('drain', () => this.#upload.onDrain());
    socket.on('end', () => this.#onSocketEnd(socket));
    socket.on('error', (error) => this.#onSocketClosed(socket, error));
    socket.on('close', () => this.#onSocketClosed(socket, closed()));
    if (this.#destination.tls === null) socket[reader] = this;
    else socket.on('data', (chunk: Buffer) => this.onBytes(chunk));
  }

  /** The socket is no longer this connection's. */
  #detach(socket: ReadSocket): void {
    this.#socket = null;
    this.#idle.close();
    socket[reader] = null;
    socket.removeAllListeners();
  }

  #write(socket: ReadSocket): void {
    const request = this.#request as OutgoingRequest;
    const handler = this.#handler as ResponseHandler;
    const { method, body, upgrade } = request;
    this.#request = null;
    this.#isUpgrade = upgrade !== null;
    // RFC 9110 section 9.3.1: a body where none is expected may be taken for the next request.
    this.#reusable = upgrade === null && (body === null || expectsBody(method));
    try {
      handler.onRequestStart(this);
      // It may have given up there.
      if (this.#handler !== handler) return;
      this.#response.expect(method === 'HEAD');
      if (body === null || Buffer.isBuffer(body)) {
        writeRequest(socket, this.#head, request, body);
        if (body !== null) handler.onBodySent?.();
        handler.onRequestSent?.();
      } else {
        this.#upload.begin(socket, this.#writer as DirectWriter, this.#head, request, body);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#drop();
    handler?.onResponseError(this, error);
  }

  /** Nothing is under way: the socket goes, and with it the connection, unless a request waits for being written. */
  #leave(): void {
    if (this.#request !== null) {
      this.#dropSocket();
      return;
    }
    this.#drop();
    this.#owner.onDisconnect(this);
  }

  #drop(): void {
    this.#handler = null;
    this.#request = null;
    this.#response.stop();
    this.#upload.stop();
    this.#dropSocket();
    const connecting = this.#connecting;
    this.#connecting = null;
    connecting?.cancel();
    if (this.#closing) this.#response.parser.free();
  }

  #dropSocket(): void {
    const socket = this.#socket;
    if (socket === null) return;
    this.#detach(socket);
    socket.on('error', () => {}).destroy();
  }
}

const closed = (): WireError => new WireError('response_ended', 'the connection was closed');
