import type { Server, Socket } from 'node:net';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { Http1Server } from './http1/http1-server.ts';
import { createListener } from './node/listener.ts';
import type { StagedCloses } from './node/staged-close.ts';
import type { RequestHandler } from './request-handler.ts';

/** Where clients connect, whichever engine speaks with them. */
export interface FrontServer extends Server {
  /** Closes the connections on which no request is under way. */
  closeIdleConnections(): void;
  /** Ends, in stages, those that are idle and `isDue`; asks only about those that are idle. */
  endIdleConnections(isDue: (socket: Socket) => boolean): void;
}

/**
 * Makes the server that clients connect to, not yet listening. It gives its handler a Client for each request whose head
 * it could read, answers the others, and tells of them.
 */
type OpenEngine = (handler: RequestHandler, closes: StagedCloses) => FrontServer;

export const engines: Readonly<Record<ProxyConfig['engine'], OpenEngine>> = {
  lean: (handler, closes) => new Http1Server(handler, closes),
  node: createListener,
};
