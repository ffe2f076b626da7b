import type { Socket } from 'node:net';
import { DirectWriter } from '../../system/direct-writer.ts';
import { type BytesReader, type ReadSocket, reader } from '../../system/read-buffers.ts';
import { badRequestResponse, parseFaultText } from '../bad-request.ts';
import { type Awaited, ClientSilence, type SilenceOwner } from './client-silence.ts';
import type { ConnectionContext } from './connection-context.ts';
import { Http1Client } from './http1-client.ts';
import { type MessageOwner, MessageReader } from './message-reader.ts';
import { RequestLine } from './request-line.ts';
import type { RequestParser, WireFault } from './request-parser.ts';
import { switchableProtocol } from './switchable-protocol.ts';

/** Requests of one connection that may be under way; what a client sends beyond them waits. */
const mostPipelined = 64;

/**
 * A client is told that an idle connection lasts a second less than it does: one that sends its next request in the
 * last moment should not find it closed.
 */
const idleGraceMs = 1000;

/** One connection of a client: its requests, their responses in order, and how it ends. */
export class Http1Connection implements MessageOwner, SilenceOwner, BytesReader {
  readonly socket: ReadSocket;
  readonly #context: ConnectionContext;
  readonly #reader: MessageReader;
  readonly #silence: ClientSilence;
  readonly #line = new RequestLine();
  readonly #writer: DirectWriter;
  /** Whose content is coming, or came last. */
  #sender: Http1Client | null = null;
  /** Read, and not looked at. */
  #rest: Buffer | null = null;
  #paused = false;
  #reading = false;
  /** A request ended in this read whose content is taken up a microtask later. */
  #lets = false;
  /** The client has ended its side. */
  #ended = false;
  #bytesWhenIdle = 0;

  constructor(context: ConnectionContext, socket: ReadSocket) {
    this.#context = context;
    this.socket = socket;
    this.#writer = new DirectWriter(socket, true);
    this.#reader = new MessageReader(context.maxHeaderBytes, this);
    this.#silence = new ClientSilence(context.handler.wheel, this);
    this.#silence.await('head', context.headTimeoutMs);
    context.connections.add(this);
  }

  /** Nothing is under way and nothing has begun; whoever connected and has said nothing may be about to. */
  get idle(): boolean {
    return this.quiet && this.#silence.awaited === 'next';
  }

  /** The same, or nothing at all has come. */
  get quiet(): boolean {
    if (this.#line.first !== null || this.#rest !== null) return false;
    return this.#reader.input === 'head' && !this.#reader.inHead;
  }

  // What a response needs

  get wantsMore(): boolean {
    return !this.socket.writableNeedDrain;
  }

  get bytesWritten(): number {
    return this.#writer.bytesWritten;
  }

  /** Whole lines for the head of its response. */
  linesFor(client: Http1Client): string {
    return client.persists ? this.#context.keepAliveLines : 'Connection: close\r\n';
  }

  /** `last`: of this response. */
  send(text: string, last: boolean): boolean {
    if (last && text === '' && this.socket.writableLength === 0) {
      process.nextTick(this.#onWritten);
      return true;
    }
    if (last) return this.socket.write(text, 'latin1', this.#onWritten);
    return this.socket.write(text, 'latin1');
  }

  /** `before` and `after` frame the bytes, whose memory is the caller's again once this returns. */
  sendBytes(before: string, bytes: Buffer, after: string, last: boolean): boolean {
    const onOut = last ? this.#onWritten : this.#onRestOut;
    const isOut = this.#writer.write(before, bytes, after, onOut);
    if (isOut && last) process.nextTick(this.#onWritten);
    return isOut;
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

  /** A request that comes all the same gets no response. */
  end(): void {
    this.#reader.expectNothing();
    this.#close();
  }

  /** The connection is the caller's now. */
  handOver(head: string): Socket {
    const { socket } = this;
    this.#line.takeFirst();
    this.#silence.stop();
    socket[reader] = null;
    socket.pause();
    socket.write(head, 'latin1');
    return socket;
  }

  // Reading

  onBytes(bytes: Buffer): void {
    const rest = this.#rest;
    this.#rest = null;
    this.#read(rest === null ? bytes : Buffer.concat([rest, bytes]));
  }

  #read(bytes: Buffer): void {
    this.#reading = true;
    this.#lets = false;
    const at = this.#reader.read(bytes);
    this.#reading = false;
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
    else if (this.#reader.full) this.#pause();
  }

  mayBegin(): boolean {
    if (this.#lets) {
      // The one before it takes up its content a microtask later, and keeps its place.
      queueMicrotask(() => this.#goOn());
      return false;
    }
    if (this.#line.count < mostPipelined) return true;
    this.#pause();
    return false;
  }

  onHeadBegun(): void {
    if (this.#silence.awaited === 'next') this.#silence.await('head', this.#context.headTimeoutMs);
  }

  onHead(parser: RequestParser): void {
    this.#silence.over();
    const client = new Http1Client(this, parser);
    this.#sender = client;
    // Behind a response that is not out the wish is ignored: what follows a 101 would not be in order.
    const mayWish = parser.wantsUpgrade && this.#line.first === null;
    const protocol = switchableProtocol(client, mayWish);
    if (protocol !== null || client.method === 'CONNECT') {
      client.upgrade = protocol;
      client.closeAfterwards();
      client.complete = true;
      this.#reader.expectAhead();
    } else if (client.contentLength === 0) {
      this.onMessageEnd();
    } else {
      client.content = this.#reader.expectContent(client.contentLength);
    }
    this.#line.add(client);
    this.#context.handler.handle(client);
  }

  onMessageEnd(): void {
    const client = this.#sender as Http1Client;
    client.complete = true;
    this.#lets = client.content !== null;
    if (client.persists) this.#reader.expectHead();
    else this.#reader.expectNothing();
    this.readOn();
    if (client.content !== null && this.#line.first === null) this.#becomeIdle();
  }

  onAhead(bytes: Buffer): void {
    if (!(this.#sender as Http1Client).onAhead(bytes)) this.#pause();
  }

  readOn(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.socket.resume();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.socket.pause();
  }

  /** Reads what waited. */
  #goOn(): void {
    const rest = this.#rest;
    if (rest === null || this.#reading || this.#line.count >= mostPipelined) return;
    this.#rest = null;
    this.readOn();
    this.#read(rest);
  }

  // Faults

  onFault(fault: WireFault): void {
    this.#reader.expectNothing();
    const { last } = this.#line;
    // The fault is in a later, pipelined message: finish the ones under way, then close.
    if (last === null) this.#refuse(fault);
    else last.closeAfterwards();
  }

  onContentFault({ status, reason }: WireFault): void {
    const client = this.#sender as Http1Client;
    client.closeAfterwards();
    if (client.owner?.settled === false)
      client.owner.onBodyMalformed(status, parseFaultText(reason));
    if (this.#line.first === null) this.#close();
  }

  onSilence(awaited: Awaited): void {
    if (awaited === 'head') {
      this.#reader.dropped = true;
      this.onFault({ status: 408, reason: 'ERR_HTTP_REQUEST_TIMEOUT' });
    } else if (this.#reader.inContent && this.socket.bytesRead !== this.#bytesWhenIdle) {
      // The rest of a content that nobody wants.
      this.#becomeIdle();
    } else {
      this.socket.destroy();
    }
  }

  /** Answers and counts what never became a request. */
  #refuse({ status, reason: code }: WireFault): void {
    const { socket } = this;
    const reason = parseFaultText(code);
    this.#silence.over();
    if (!socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    this.#context.handler.unreadable(status, reason, socket.remoteAddress ?? 'unknown');
    socket.write(badRequestResponse(status, reason));
    this.#close();
  }

  // The client leaves

  onEnd(): void {
    this.#ended = true;
    if (this.#reader.inContent) this.#breakOff();
    else if (this.#reader.inHead) this.onFault({ status: 400, reason: 'HPE_INVALID_EOF_STATE' });
    else if (this.#context.answersHalfClosed && this.#reader.input !== 'ahead') this.#serveOn();
    else this.#letGo();
  }

  onClose(): void {
    this.#silence.stop();
    this.#context.connections.delete(this);
    this.#reader.free();
    const errored = this.socket.errored !== null;
    if (errored && this.#reader.inContent && this.#sender?.owner?.settled === false) {
      this.#sender.owner.onBodyBrokenOff();
    }
    this.#line.gone(this.#ended ? 'ended' : errored ? 'reset' : 'closed');
  }

  /** It ended its side within a request's content. */
  #breakOff(): void {
    const client = this.#sender as Http1Client;
    client.closeAfterwards();
    if (client.owner?.settled === false) client.owner.onBodyBrokenOff();
    this.#reader.breakOff();
    if (this.#line.first === null) this.socket.destroySoon();
  }

  /** `--half-close answer`. */
  #serveOn(): void {
    const { first, last } = this.#line;
    this.#reader.expectNothing();
    for (let client = first; client !== null; client = client.next) client.halfClosed = true;
    if (last === null) this.socket.destroySoon();
    else last.closeAfterwards();
  }

  /** Only responses that are decided still go out. */
  #letGo(): void {
    this.#reader.expectNothing();
    const wasIdle = this.#line.first === null;
    const decided = this.#line.keepDecided('ended');
    if (decided !== null) decided.persists = false;
    else if (wasIdle) this.socket.destroySoon();
    else this.socket.destroy();
  }

  // Responses go out

  readonly #onWritten = (error?: Error | null): void => {
    if (error || this.#line.first === null) return;
    const client = this.#line.takeFirst();
    client.onFlushed();
    if (!client.persists) {
      this.#endBehind(client);
      return;
    }
    if (!client.complete) client.dropBody();
    if (this.#line.first === null) this.#becomeIdle();
    else this.#line.first.onTurn();
    this.#goOn();
  };

  readonly #onRestOut = (error?: Error | null): void => {
    if (!error) this.onDrain();
  };

  onDrain(): void {
    // One write may be told of in two ways, and another be under way by then.
    if (this.socket.writableLength === 0) this.#line.first?.onDrain();
  }

  /** That was the last response: whatever else has come gets none. */
  #endBehind(client: Http1Client): void {
    const isAlone = this.#line.first === null && this.#reader.input !== 'ahead';
    this.#line.gone('closed');
    this.#reader.expectNothing();
    if (isAlone && client.complete && !this.#reader.dropped) this.socket.destroySoon();
    else this.#close();
  }

  /** In stages: the client may go on sending. */
  #close(): void {
    this.#silence.stop();
    this.socket[reader] = null;
    this.#context.closes.close(this.socket);
  }

  #becomeIdle(): void {
    if (this.#reader.inHead) return;
    this.#bytesWhenIdle = this.socket.bytesRead;
    this.#silence.await('next', this.#context.idleTimeoutMs + idleGraceMs);
  }
}
