import type { Socket } from 'node:net';
import type { FrontServer } from '../front/engines.ts';

/** A client that has connected, or used its connection, within this may be about to send its next request. */
const idleMs = 5000;

interface Seen {
  readonly bytesRead: number;
  readonly at: number;
}

/**
 * Ends connections that a process which no longer accepts still has, so that no client that sends its next request
 * just then loses it (RFC 9112 section 9.5): one that is in use closes with its next response, and only one that has
 * been idle for a while is closed, in stages (section 9.6).
 */
export class IdleConnections {
  readonly #server: FrontServer;
  readonly #seen = new WeakMap<Socket, Seen>();

  constructor(server: FrontServer) {
    this.#server = server;
  }

  /** To be called now and again. `now`: ms. */
  endThose(now: number): void {
    this.#server.endIdleConnections((socket) => {
      const { bytesRead } = socket;
      const seen = this.#seen.get(socket);
      if (seen?.bytesRead === bytesRead) return now - seen.at >= idleMs;
      this.#seen.set(socket, { bytesRead, at: now });
      return false;
    });
  }
}
