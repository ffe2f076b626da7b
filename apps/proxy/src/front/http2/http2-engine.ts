import { Server, type Socket } from 'node:net';
import type { FrontServer } from '../front-server.ts';
import type { RequestHandler } from '../request-handler.ts';
import { Http2Connection } from './http2-connection.ts';
import type { Http2Context } from './http2-context.ts';

/** Serves the connections that speak HTTP/2, in the clear or over TLS, by node:http2. */
export class Http2Engine extends Server implements FrontServer {
  readonly #connections = new Set<Http2Connection>();
  readonly #context: Http2Context;
  #retiring = false;
  #onEmpty: (() => void) | null = null;

  constructor(handler: RequestHandler) {
    super();
    const { settings } = handler;
    const { h2MaxStreams, maxHeaderSizeBytes } = settings;
    this.#context = {
      handler,
      connections: this.#connections,
      retiring: () => this.#retiring,
      onClosed: (connection) => this.#onClosed(connection),
      maxRequests: settings.maxRequestsPerConnection ?? Infinity,
      idleTimeoutMs: settings.clientIdleTimeoutMs,
      closeTimeoutMs: settings.clientBodyTimeoutMs,
      sessionOptions: {
        settings: {
          enableConnectProtocol: true,
          maxConcurrentStreams: h2MaxStreams,
          maxHeaderListSize: maxHeaderSizeBytes,
        },
        // Bounded by their size alone, as in HTTP/1.1.
        maxHeaderListPairs: maxHeaderSizeBytes,
        // Ours, below, count before nghttp2's do and say why.
        streamResetBurst: 1_000_000,
        streamResetRate: 1_000_000,
        // It counts as open what was reset in the same packet, and would end the connection for that.
        maxSessionRejectedStreams: 1_000_000,
        // Repeated fields pass as they are.
        ...{ strictSingleValueFields: false },
      },
      limits: {
        // A browser that leaves a page resets all that it has open.
        resets: { burst: 2 * h2MaxStreams, perSecond: 50 },
        // gRPC measures the path by a PING for each round trip with content. nghttp2 has 1,000 as its end.
        pings: { burst: 500, perSecond: 200 },
        settings: { burst: 100, perSecond: 10 },
      },
    };
  }

  serve(socket: Socket, ahead: Buffer): Socket {
    if (ahead.length > 0) socket.unshift(ahead);
    const connection = new Http2Connection(this.#context, socket);
    this.emit('connection', socket);
    // It was accepted paused; node:http2 takes what has been read ahead in the next tick, and no flow may do so before.
    process.nextTick(resume, socket);
    if (this.#retiring) connection.close();
    return socket;
  }

  closeIdleConnections(): void {
    for (const connection of this.#connections) if (connection.idle) connection.close();
  }

  endIdleConnections(isDue: (socket: Socket) => boolean): void {
    for (const connection of this.#connections) {
      if (connection.idle && isDue(connection.socket)) connection.close();
    }
  }

  /**
   * Ends every connection without losing a stream (RFC 9113 section 6.8): clients are asked to open no more, those that
   * they opened meanwhile are served, and each connection ends with its last one. Resolves once no other stream can come,
   * at the latest after `graceMs`.
   */
  async retire(graceMs: number): Promise<void> {
    this.#retiring = true;
    const connections = [...this.#connections];
    if (connections.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(connections.map((one) => one.announce())), late]);
    clearTimeout(timer);
    for (const connection of this.#connections) connection.close();
  }

  /** Resolves once every connection has ended, or after `graceMs`. */
  async over(graceMs: number): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #onClosed(connection: Http2Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }
}

function resume(socket: Socket): void {
  socket.resume();
}
