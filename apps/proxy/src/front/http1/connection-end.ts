import { type ReadSocket, reader } from '../../system/read-buffers.ts';
import { badRequestResponse, parseFaultText } from '../bad-request.ts';
import { peerAddressOf } from '../peer-address.ts';
import type { ClientSilence } from './client-silence.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { Http1Client } from './http1-client.ts';
import type { MessageReader } from './message-reader.ts';
import type { RequestLine } from './request-line.ts';
import type { WireFault } from './request-parser.ts';

/** How a connection ends: by a fault, by its client, or behind its last response. `sender`: whose content came last. */
export class ConnectionEnd {
  readonly #socket: ReadSocket;
  readonly #context: ConnectionContext;
  readonly #reader: MessageReader;
  readonly #line: RequestLine;
  readonly #silence: ClientSilence;
  /** The client has ended its side. */
  #ended = false;

  constructor(
    socket: ReadSocket,
    context: ConnectionContext,
    messages: MessageReader,
    line: RequestLine,
    silence: ClientSilence,
  ) {
    this.#socket = socket;
    this.#context = context;
    this.#reader = messages;
    this.#line = line;
    this.#silence = silence;
  }

  onFault(fault: WireFault): void {
    this.#reader.expectNothing();
    const { last } = this.#line;
    // The fault is in a later, pipelined message: finish the ones under way, then close.
    if (last === null) this.#refuse(fault);
    else last.closeAfterwards();
  }

  onContentFault({ status, reason }: WireFault, sender: Http1Client): void {
    sender.closeAfterwards();
    if (sender.owner?.settled === false)
      sender.owner.onBodyMalformed(status, parseFaultText(reason));
    if (this.#line.first === null) this.close();
  }

  /** The client has ended its side. */
  onEnd(sender: Http1Client | null): void {
    this.#ended = true;
    if (this.#reader.inContent) this.#breakOff(sender as Http1Client);
    else if (this.#reader.inHead) this.onFault({ status: 400, reason: 'HPE_INVALID_EOF_STATE' });
    else if (this.#context.answersHalfClosed && this.#reader.input !== 'ahead') this.#serveOn();
    else this.#letGo();
  }

  /** The socket is closed. */
  onClose(sender: Http1Client | null): void {
    this.#silence.stop();
    this.#reader.free();
    const errored = this.#socket.errored !== null;
    if (errored && this.#reader.inContent && sender?.owner?.settled === false) {
      sender.owner.onBodyBrokenOff();
    }
    this.#line.gone(this.#ended ? 'ended' : errored ? 'reset' : 'closed');
  }

  /** That was the last response: whatever else has come gets none. */
  behind(client: Http1Client): void {
    const isAlone = this.#line.first === null && this.#reader.input !== 'ahead';
    this.#line.gone('closed');
    this.#reader.expectNothing();
    if (isAlone && client.complete && !this.#reader.dropped) this.#socket.destroySoon();
    else this.close();
  }

  /** Answers and counts what never became a request. */
  #refuse({ status, reason: code }: WireFault): void {
    const socket = this.#socket;
    const reason = parseFaultText(code);
    this.#silence.over();
    if (!socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    this.#context.handler.unreadable(status, reason, peerAddressOf(socket) ?? 'unknown');
    socket.write(badRequestResponse(status, reason));
    this.close();
  }

  /** It ended its side within a request's content. */
  #breakOff(sender: Http1Client): void {
    sender.closeAfterwards();
    if (sender.owner?.settled === false) sender.owner.onBodyBrokenOff();
    this.#reader.breakOff();
    if (this.#line.first === null) this.#socket.destroySoon();
  }

  /** `--half-close answer`. */
  #serveOn(): void {
    const { first, last } = this.#line;
    this.#reader.expectNothing();
    for (let client = first; client !== null; client = client.next) client.halfClosed = true;
    if (last === null) this.#socket.destroySoon();
    else last.closeAfterwards();
  }

  /** Only responses that are decided still go out. */
  #letGo(): void {
    this.#reader.expectNothing();
    const wasIdle = this.#line.first === null;
    const decided = this.#line.keepDecided('ended');
    if (decided !== null) decided.persists = false;
    else if (wasIdle) this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  /** In stages: the client may go on sending. */
  close(): void {
    this.#silence.stop();
    this.#socket[reader] = null;
    this.#context.closes.close(this.#socket);
  }
}
