import type { Socket } from 'node:net';
import { TimerEntry } from '@spillway/core';
import type { Instance } from '../../instance/instance.ts';
import { handleRequest } from '../../request/handle-request.ts';
import type { Departure } from '../client.ts';
import { isClosing, type StagedCloses } from '../node/staged-close.ts';
import { unreadableAnswer } from '../unreadable-answer.ts';
import { Http1Client } from './http1-client.ts';
import { RequestContent } from './request-content.ts';
import { RequestParser, trimmedValues, type WireFault } from './request-parser.ts';
import { switchableProtocol } from './switchable-protocol.ts';

/** Requests of one connection that may be under way; what a client sends beyond them waits. */
const mostPipelined = 64;

/**
 * A client is told that an idle connection lasts a second less than it does: one that sends its next request in the
 * last moment should not find it closed.
 */
const idleGraceMs = 1000;

/** What connections of one listener have alike. */
export interface ConnectionContext {
  readonly instance: Instance;
  readonly closes: StagedCloses;
  readonly connections: Set<Http1Connection>;
  readonly maxHeaderBytes: number;
  readonly headTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly answersHalfClosed: boolean;
}

/**
 * What the next bytes are:
 * - `head`: a request's, or nothing has come of it yet
 * - `length`, `chunked`: the content of the last request
 * - `ahead`: of the protocol to which it wants to switch
 * - `nothing`: of no interest, as the last response is decided
 * - `tunnel`: somebody else's
 */
type Input = 'head' | 'length' | 'chunked' | 'ahead' | 'nothing' | 'tunnel';

/**
 * One connection of a client: reads requests off it, a message after another, and keeps their responses in order. As a
 * timer it bounds how long a head takes, and how long nothing comes.
 */
export class Http1Connection extends TimerEntry {
  readonly socket: Socket;
  readonly #context: ConnectionContext;
  readonly #parser: RequestParser;
  #input: Input = 'head';
  /** Bytes to come of a content of declared length. */
  #left = 0;
  /** Requests whose responses are not out, in their order. */
  #first: Http1Client | null = null;
  #last: Http1Client | null = null;
  #count = 0;
  /** Read, and not looked at: of requests beyond those that may be under way. */
  #rest: Buffer | null = null;
  #paused = false;
  #reading = false;
  /** The client has ended its side. */
  #ended = false;
  /** What it sent has been thrown away. */
  #dropped = false;
  #dueAt = Infinity;
  #wakesAt = Infinity;
  #wants: 'head' | 'next' = 'head';
  #bytesWhenChecked = 0;

  constructor(context: ConnectionContext, socket: Socket) {
    super();
    this.#context = context;
    this.socket = socket;
    this.#parser = new RequestParser(context.maxHeaderBytes);
    this.#parser.begin();
    context.connections.add(this);
    this.#await('head', context.headTimeoutMs);
  }

  /** Nothing is under way and nothing has begun; whoever connected and has said nothing may be about to. */
  get idle(): boolean {
    return (
      this.#first === null &&
      this.#input === 'head' &&
      this.#wants === 'next' &&
      this.#rest === null &&
      !this.#parser.inHead
    );
  }

  // What a response needs

  get wantsMore(): boolean {
    return !this.socket.writableNeedDrain;
  }

  /** Whole lines for the head of its response. */
  fieldsFor(client: Http1Client): string {
    if (!client.persists) return 'Connection: close\r\n';
    return `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.#context.idleTimeoutMs / 1000)}\r\n`;
  }

  /** `last`: of this response. */
  send(text: string, last: boolean): boolean {
    return last
      ? this.socket.write(text, 'latin1', this.#onWritten)
      : this.socket.write(text, 'latin1');
  }

  sendAll(parts: readonly (string | Buffer)[], last: boolean): boolean {
    const { socket } = this;
    let wantsMore = true;
    socket.cork();
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as string | Buffer;
      const ends = last && i === parts.length - 1;
      if (typeof part === 'string') wantsMore = this.send(part, ends);
      else wantsMore = ends ? socket.write(part, this.#onWritten) : socket.write(part);
    }
    socket.uncork();
    return wantsMore;
  }

  destroy(reset = false): void {
    if (reset) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  /** Content is asked for, or is of no interest any more. */
  readOn(): void {
    if (!this.#paused || this.#rest !== null) return;
    this.#paused = false;
    this.socket.resume();
  }

  /** The connection is the caller's now. */
  handOver(head: string): Socket {
    const { socket } = this;
    this.#input = 'tunnel';
    this.#context.instance.wheel.cancel(this);
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.off('drain', onDrain);
    socket.pause();
    socket.write(head, 'latin1');
    return socket;
  }

  // What happens to the socket

  onBytes(bytes: Buffer): void {
    const rest = this.#rest;
    this.#rest = null;
    this.#read(rest === null ? bytes : Buffer.concat([rest, bytes]));
  }

  onEnd(): void {
    this.#ended = true;
    switch (this.#input) {
      case 'length':
      case 'chunked':
        this.#breakOff();
        return;
      case 'ahead':
        this.#leave('ended');
        return;
      case 'head':
        if (this.#parser.inHead) this.#refuse({ status: 400, reason: 'HPE_INVALID_EOF_STATE' });
        else if (this.#context.answersHalfClosed) this.#serveHalfClosed();
        else this.#leave('ended');
        return;
      default:
        if (this.#first === null) this.socket.destroySoon();
        else if (this.#context.answersHalfClosed) this.#serveHalfClosed();
        else this.#leave('ended');
    }
  }

  onDrain(): void {
    this.#first?.onDrain();
  }

  onClose(): void {
    const { instance, connections } = this.#context;
    instance.wheel.cancel(this);
    connections.delete(this);
    this.#parser.free();
    // What it means for a tunnel is seen by that.
    if (this.#input === 'tunnel') return;
    const errored = this.socket.errored !== null;
    const last = this.#last;
    if (errored && last?.complete === false && last.owner?.settled === false) {
      last.owner.onBodyBrokenOff();
    }
    this.#forgetFrom(this.#first, this.#ended ? 'ended' : errored ? 'reset' : 'closed');
    this.#first = null;
    this.#last = null;
  }

  override onExpire(): void {
    this.#wakesAt = Infinity;
    if (this.#dueAt === Infinity) return;
    const { wheel } = this.#context.instance;
    const leftMs = this.#dueAt - wheel.now();
    if (leftMs > 0) {
      this.#wake(leftMs);
    } else if (this.#wants === 'head') {
      this.#refuse({ status: 408, reason: 'ERR_HTTP_REQUEST_TIMEOUT' });
    } else if (this.#input !== 'head' && this.socket.bytesRead !== this.#bytesWhenChecked) {
      // The rest of a content that nobody wants.
      this.#await('next', this.#context.idleTimeoutMs + idleGraceMs);
    } else {
      this.socket.destroy();
    }
  }

  // Reading

  #read(bytes: Buffer): void {
    this.#reading = true;
    let at = 0;
    while (at < bytes.length) {
      at = this.#step(bytes, at);
      if (this.#input === 'head' && at < bytes.length && this.#last?.content) {
        // It takes up its content a microtask later, and is to keep its place before the next one.
        this.#rest = bytes.subarray(at);
        queueMicrotask(() => this.#goOn());
        break;
      }
    }
    this.#reading = false;
    if (this.#input === 'length' || this.#input === 'chunked') {
      const content = (this.#last as Http1Client).content as RequestContent;
      if (content.full) this.#pause();
    }
  }

  /** Reads on from a place, and returns the one behind what it read. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#input) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'length':
        return this.#readLength(bytes, at);
      case 'chunked':
        return this.#readChunks(bytes, at);
      case 'ahead':
        if (!(this.#last as Http1Client).onAhead(Buffer.from(bytes.subarray(at)))) this.#pause();
        return bytes.length;
      case 'nothing':
      case 'tunnel':
        this.#dropped = true;
        return bytes.length;
    }
  }

  #readHead(bytes: Buffer, from: number): number {
    if (this.#count >= mostPipelined) {
      this.#rest = Buffer.from(bytes.subarray(from));
      this.#pause();
      return bytes.length;
    }
    const at = this.#parser.parseHead(bytes, from);
    if (at === -1) {
      this.#refuse(this.#parser.fault as WireFault);
      return bytes.length;
    }
    if (this.#parser.headComplete) this.#beginRequest();
    else if (this.#wants !== 'head' && this.#parser.inHead) {
      this.#await('head', this.#context.headTimeoutMs);
    }
    return at;
  }

  #beginRequest(): void {
    const parser = this.#parser;
    this.#dueAt = Infinity;
    this.#wants = 'next';
    const client = new Http1Client(this, parser);
    this.#link(client);
    const protocol = switchableProtocol(client, parser.wantsUpgrade);
    if (protocol !== null || client.method === 'CONNECT') {
      client.upgrade = protocol;
      client.closeAfterwards();
      client.complete = true;
      this.#input = 'ahead';
    } else if (client.contentLength === 0) {
      this.#endMessage(client);
    } else {
      client.content = new RequestContent(this);
      this.#left = client.contentLength ?? 0;
      this.#input = client.contentLength === null ? 'chunked' : 'length';
    }
    void handleRequest(this.#context.instance, client);
  }

  #readLength(bytes: Buffer, from: number): number {
    const client = this.#last as Http1Client;
    const to = Math.min(bytes.length, from + this.#left);
    this.#left -= to - from;
    client.content?.onChunk(bytes.subarray(from, to));
    if (this.#left === 0) this.#endMessage(client);
    return to;
  }

  #readChunks(bytes: Buffer, from: number): number {
    const parser = this.#parser;
    const client = this.#last as Http1Client;
    const at = parser.parseChunks(bytes, from);
    const { spans } = parser;
    for (let i = 0; i < spans.length; i += 2) {
      client.content?.onChunk(bytes.subarray(spans[i], spans[i + 1]));
    }
    if (at === -1) {
      this.#refuseContent(client, parser.fault as WireFault);
      return bytes.length;
    }
    if (parser.ended) {
      (client.content as RequestContent).trailers = trimmedValues(parser.trailers);
      this.#endMessage(client);
    }
    return at;
  }

  #endMessage(client: Http1Client): void {
    client.complete = true;
    this.#parser.begin();
    this.#input = client.persists ? 'head' : 'nothing';
    client.content?.onEnd();
    this.readOn();
    if (this.#first === null) this.#becomeIdle();
  }

  // Faults

  /** What came is no request. */
  #refuse(fault: WireFault): void {
    this.#dueAt = Infinity;
    this.#input = 'nothing';
    this.#dropped = true;
    const last = this.#last;
    if (last !== null) {
      // The fault is in a later, pipelined message: finish the ones under way, then close.
      last.closeAfterwards();
      return;
    }
    const { socket } = this;
    const { instance, closes } = this.#context;
    if (!socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const { status, reason } = fault;
    instance.events.emit('request_unreadable', status, reason, socket.remoteAddress ?? 'unknown');
    socket.write(unreadableAnswer(status, reason));
    closes.close(socket);
  }

  /** What should be a request's content breaks its framing. */
  #refuseContent(client: Http1Client, { status, reason }: WireFault): void {
    this.#input = 'nothing';
    this.#dropped = true;
    client.closeAfterwards();
    if (client.owner?.settled === false) client.owner.onBodyMalformed(status, reason);
    client.content?.onBrokenOff();
    if (this.#first === null) this.#context.closes.close(this.socket);
  }

  /** The client ended its side within a request's content. */
  #breakOff(): void {
    const client = this.#last as Http1Client;
    this.#input = 'nothing';
    client.closeAfterwards();
    if (client.owner?.settled === false) client.owner.onBodyBrokenOff();
    client.content?.onBrokenOff();
    if (this.#first === null) this.socket.destroySoon();
  }

  #serveHalfClosed(): void {
    for (let client = this.#first; client !== null; client = client.next) client.halfClosed = true;
    if (this.#last === null) this.socket.destroySoon();
    else this.#last.closeAfterwards();
    this.#input = 'nothing';
  }

  /** The client has gone away: responses that are decided still go out. */
  #leave(how: Departure): void {
    this.#input = 'nothing';
    let decided: Http1Client | null = null;
    let client = this.#first;
    while (client?.finished) {
      decided = client;
      client = client.next;
    }
    this.#forgetFrom(client, how);
    if (decided === null) {
      if (this.#first === null) this.socket.destroySoon();
      else this.socket.destroy();
      return;
    }
    decided.next = null;
    decided.persists = false;
    this.#last = decided;
  }

  // Responses

  readonly #onWritten = (error?: Error | null): void => {
    if (!error) this.#onFlushed();
  };

  #onFlushed(): void {
    const client = this.#first as Http1Client;
    this.#first = client.next;
    this.#count -= 1;
    client.onFlushed();
    if (!client.persists) {
      this.#endBehind(client);
      return;
    }
    if (!client.complete) client.dropBody();
    const { next } = client;
    if (next === null) this.#becomeIdle();
    else next.onTurn();
    this.#goOn();
  }

  /** That was the last response. */
  #endBehind(client: Http1Client): void {
    this.#forgetFrom(client.next, 'closed');
    const behind = client.next !== null || !client.complete || this.#input === 'ahead';
    this.#first = null;
    this.#input = 'nothing';
    if (behind || this.#dropped) this.#context.closes.close(this.socket);
    else this.socket.destroySoon();
  }

  #becomeIdle(): void {
    this.#last = this.#input === 'head' ? null : this.#last;
    if (this.#parser.inHead) return;
    this.#await('next', this.#context.idleTimeoutMs + idleGraceMs);
  }

  /** Reads what waited for room. */
  #goOn(): void {
    const rest = this.#rest;
    if (rest === null || this.#reading || this.#count >= mostPipelined) return;
    this.#rest = null;
    this.readOn();
    this.#read(rest);
  }

  #forgetFrom(client: Http1Client | null, how: Departure): void {
    for (let gone = client; gone !== null; gone = gone.next) gone.onGone(how);
  }

  #link(client: Http1Client): void {
    if (this.#first === null) {
      this.#first = client;
      client.onTurn();
    } else {
      (this.#last as Http1Client).next = client;
    }
    this.#last = client;
    this.#count += 1;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.socket.pause();
  }

  // Time

  #await(wants: 'head' | 'next', limitMs: number): void {
    this.#wants = wants;
    this.#bytesWhenChecked = this.socket.bytesRead;
    this.#dueAt = this.#context.instance.wheel.now() + limitMs;
    // Left where it is while it wakes earlier: most waits end long before they are due.
    if (this.#dueAt < this.#wakesAt) this.#wake(limitMs);
  }

  #wake(delayMs: number): void {
    const { wheel } = this.#context.instance;
    this.#wakesAt = wheel.now() + delayMs;
    wheel.schedule(this, delayMs);
  }
}

const connection: unique symbol = Symbol('connection');

type ServedSocket = Socket & { [connection]?: Http1Connection };

const of = (socket: ServedSocket): Http1Connection => socket[connection] as Http1Connection;

/** Serves a connection from now on. */
export function serve(context: ConnectionContext, socket: ServedSocket): void {
  socket[connection] = new Http1Connection(context, socket);
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('drain', onDrain);
  socket.on('error', ignore);
  socket.on('close', onClose);
}

function onData(this: Socket, bytes: Buffer): void {
  of(this).onBytes(bytes);
}

function onEnd(this: Socket): void {
  if (!isClosing(this)) of(this).onEnd();
}

function onDrain(this: Socket): void {
  of(this).onDrain();
}

function onClose(this: Socket): void {
  of(this).onClose();
}

/** What it means is known once the connection closes, which follows. */
function ignore(): void {}
