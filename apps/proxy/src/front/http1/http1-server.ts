import { Server, type Socket } from 'node:net';
import { passPeerAddress } from '../peer-address.ts';
import type { RequestHandler } from '../request-handler.ts';
import type { StagedCloses } from '../staged-close.ts';
import { isSecure } from '../tls/secure-socket.ts';
import { readingInto } from './adopt-handle.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { Http1Connection } from './http1-connection.ts';
import { serveSocket } from './serve-socket.ts';

/** The lean engine: HTTP/1.1 on node:net, framed by llhttp, without streams and events for each request. */
export class Http1Server extends Server {
  readonly #connections = new Set<Http1Connection>();
  readonly #context: ConnectionContext;

  constructor(handler: RequestHandler, closes: StagedCloses) {
    const { settings } = handler;
    super();
    const idleSeconds = Math.floor(settings.clientIdleTimeoutMs / 1000);
    const context: ConnectionContext = {
      handler,
      closes,
      connections: this.#connections,
      maxHeaderBytes: settings.maxHeaderSizeBytes,
      maxPipelined: settings.maxPipelinedRequests,
      maxRequests: settings.maxRequestsPerConnection ?? Infinity,
      headTimeoutMs: settings.clientHeaderTimeoutMs,
      idleTimeoutMs: settings.clientIdleTimeoutMs,
      answersHalfClosed: settings.halfClose === 'answer',
      keepAliveLines: `Connection: keep-alive\r\nKeep-Alive: timeout=${idleSeconds}\r\n`,
    };
    this.#context = context;
  }

  serve(socket: Socket, ahead: Buffer): Socket {
    const served = isSecure(socket) ? socket : readingInto(socket);
    if (served !== socket) passPeerAddress(socket, served);
    const connection = serveSocket(this.#context, served);
    this.emit('connection', served);
    if (ahead.length > 0) connection.onBytes(ahead);
    return served;
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
