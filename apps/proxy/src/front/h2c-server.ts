import { Server, type Socket } from 'node:net';
import type { FrontServer } from './engines.ts';
import type { Http2Front } from './http2/http2-front.ts';
import { type Protocol, ProtocolChoice, type ProtocolChooser } from './protocol-choice.ts';
import type { RequestHandler } from './request-handler.ts';
import { unreadableAnswer, whyUnreadable } from './unreadable-answer.ts';

/** HTTP/1.1 and HTTP/2 in the clear on one port: the first bytes of a connection decide (`--h2c`). */
export class H2cServer extends Server implements FrontServer, ProtocolChooser {
  readonly #handler: RequestHandler;
  readonly #engine: FrontServer;
  readonly #http2: Http2Front;
  /** The one that the engine is about to take. */
  #handedOver: Socket | null = null;

  constructor(handler: RequestHandler, engine: FrontServer, http2: Http2Front) {
    super({ allowHalfOpen: true, noDelay: true });
    this.#handler = handler;
    this.#engine = engine;
    this.#http2 = http2;
    // An engine may put a socket of its own in the place of an accepted one: whoever counts them hears of that.
    engine.on('connection', (socket: Socket) => {
      if (socket !== this.#handedOver) super.emit('connection', socket);
    });
    // What they look after from time to time begins and ends with listening.
    this.on('listening', () => engine.emit('listening'));
    this.on('close', () => engine.close());
  }

  override emit(event: string, ...args: unknown[]): boolean {
    const heard = super.emit(event, ...args);
    if (event === 'connection') {
      const { wheel, settings } = this.#handler;
      new ProtocolChoice(args[0] as Socket, wheel, settings.clientHeaderTimeoutMs, this);
    }
    return heard;
  }

  closeIdleConnections(): void {
    this.#engine.closeIdleConnections();
    this.#http2.closeIdleConnections();
  }

  onChosen(socket: Socket, protocol: Protocol): void {
    if (protocol === 'http2') {
      this.#http2.serve(socket, 'http');
      return;
    }
    this.#handedOver = socket;
    this.#engine.emit('connection', socket);
    this.#handedOver = null;
  }

  onUndecided(socket: Socket, begun: boolean, timedOut: boolean): void {
    if (!begun || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = timedOut ? 408 : 400;
    const reason = whyUnreadable(timedOut ? 'ERR_HTTP_REQUEST_TIMEOUT' : 'HPE_INVALID_EOF_STATE');
    this.#handler.unreadable(status, reason, socket.remoteAddress ?? 'unknown');
    socket.end(unreadableAnswer(status, reason));
    socket.destroySoon();
  }
}
