import type { Server } from 'node:net';

/** The server that clients connect to. */
export interface ClientServer extends Server {
  /** Those that wait for their next request. */
  closeIdleConnections(): void;
}
