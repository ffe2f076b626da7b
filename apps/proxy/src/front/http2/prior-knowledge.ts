import { Server, type Socket } from 'node:net';
import { badRequestResponse, parseFaultText } from '../bad-request.ts';
import type { FrontServer } from '../front-server.ts';
import { peerAddressOf } from '../peer-address.ts';
import type { RequestHandler } from '../request-handler.ts';
import { type Protocol, ProtocolChoice, type ProtocolChooser } from './protocol-choice.ts';

/** HTTP/1.1 and HTTP/2 in the clear on one port: the first bytes of a connection decide (`--h2c`). */
export class PriorKnowledge extends Server implements FrontServer, ProtocolChooser {
  readonly #handler: RequestHandler;
  readonly #http1: FrontServer;
  readonly #http2: FrontServer;
  readonly #undecided = new Set<Socket>();

  constructor(handler: RequestHandler, http1: FrontServer, http2: FrontServer) {
    super();
    this.#handler = handler;
    this.#http1 = http1;
    this.#http2 = http2;
  }

  serve(socket: Socket, ahead: Buffer): Socket {
    const { wheel, settings } = this.#handler;
    this.#undecided.add(socket);
    new ProtocolChoice(socket, wheel, settings.clientHeaderTimeoutMs, this).look(ahead);
    return socket;
  }

  /** Clients have connected and not said yet what they speak. */
  get isBusy(): boolean {
    return this.#undecided.size > 0;
  }

  closeIdleConnections(): void {
    this.#http1.closeIdleConnections();
    this.#http2.closeIdleConnections();
  }

  endIdleConnections(isDue: (socket: Socket) => boolean): void {
    this.#http1.endIdleConnections(isDue);
    this.#http2.endIdleConnections(isDue);
    for (const socket of this.#undecided) if (isDue(socket)) socket.destroy();
  }

  override close(callback?: (error?: Error) => void): this {
    this.#http1.close();
    this.#http2.close();
    for (const socket of this.#undecided) socket.destroy();
    return super.close(callback);
  }

  onChosen(socket: Socket, protocol: Protocol, ahead: Buffer): void {
    this.#undecided.delete(socket);
    const engine = protocol === 'http2' ? this.#http2 : this.#http1;
    const served = engine.serve(socket, ahead);
    // Whoever waits for the end of the one that was accepted hears of the end of the one in its place.
    if (served !== socket) served.once('close', () => socket.destroy());
  }

  onGone(socket: Socket): void {
    this.#undecided.delete(socket);
  }

  onUndecided(socket: Socket, begun: boolean, timedOut: boolean): void {
    this.#undecided.delete(socket);
    if (!begun || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = timedOut ? 408 : 400;
    const reason = parseFaultText(timedOut ? 'ERR_HTTP_REQUEST_TIMEOUT' : 'HPE_INVALID_EOF_STATE');
    this.#handler.unreadable(status, reason, peerAddressOf(socket) ?? 'unknown');
    socket.write(badRequestResponse(status, reason));
    socket.destroySoon();
  }
}
