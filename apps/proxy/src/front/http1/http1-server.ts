import { Server, type Socket } from 'node:net';
import type { StagedCloses } from '../node/staged-close.ts';
import type { RequestHandler } from '../request-handler.ts';
import { readingInto } from './adopt-handle.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { Http1Connection } from './http1-connection.ts';
import { serveSocket } from './serve-socket.ts';

/** The lean engine: HTTP/1.1 on node:net, framed by llhttp, without streams and events for each request. */
export class Http1Server extends Server {
  readonly #connections = new Set<Http1Connection>();

  constructor(handler: RequestHandler, closes: StagedCloses) {
    const { settings } = handler;
    // What the end of a client's side means is decided by each connection.
    super({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
    const idleSeconds = Math.floor(settings.clientIdleTimeoutMs / 1000);
    const context: ConnectionContext = {
      handler,
      closes,
      connections: this.#connections,
      maxHeaderBytes: settings.maxHeaderSizeBytes,
      headTimeoutMs: settings.clientHeaderTimeoutMs,
      idleTimeoutMs: settings.clientIdleTimeoutMs,
      answersHalfClosed: settings.halfClose === 'answer',
      keepAliveLines: `Connection: keep-alive\r\nKeep-Alive: timeout=${idleSeconds}\r\n`,
    };
    this.on('connection', (socket: Socket) => serveSocket(context, socket));
  }

  /** Whoever listens hears of the socket that takes the place of the accepted one. */
  override emit(event: string, ...args: unknown[]): boolean {
    if (event !== 'connection') return super.emit(event, ...args);
    return super.emit(event, readingInto(args[0] as Socket));
  }

  /** Those that wait for their next request. */
  closeIdleConnections(): void {
    for (const connection of this.#connections) if (connection.idle) connection.destroy();
  }

  endIdleConnections(isDue: (socket: Socket) => boolean): void {
    for (const connection of this.#connections) {
      if (connection.quiet && isDue(connection.socket)) connection.end();
    }
  }
}
