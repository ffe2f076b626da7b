import { Server, type Socket } from 'node:net';
import type { Instance } from '../../instance/instance.ts';
import type { StagedCloses } from '../node/staged-close.ts';
import { type ConnectionContext, type Http1Connection, serve } from './http1-connection.ts';

/** The lean engine: HTTP/1.1 on node:net, framed by llhttp, without streams and events for each request. */
export class Http1Server extends Server {
  readonly #connections = new Set<Http1Connection>();

  constructor(instance: Instance, closes: StagedCloses) {
    const { settings } = instance;
    // What the end of a client's side means is decided by each connection.
    super({ allowHalfOpen: true, noDelay: true });
    const context: ConnectionContext = {
      instance,
      closes,
      connections: this.#connections,
      maxHeaderBytes: settings.maxHeaderSizeBytes,
      headTimeoutMs: settings.clientHeaderTimeoutMs,
      idleTimeoutMs: settings.clientIdleTimeoutMs,
      answersHalfClosed: settings.halfClose === 'answer',
    };
    this.on('connection', (socket: Socket) => serve(context, socket));
  }

  /** Those that wait for their next request. */
  closeIdleConnections(): void {
    for (const connection of this.#connections) if (connection.idle) connection.destroy();
  }
}
