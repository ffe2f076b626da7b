import type { Server } from 'node:net';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { H2cServer } from './h2c-server.ts';
import { Http1Server } from './http1/http1-server.ts';
import { Http2Front } from './http2/http2-front.ts';
import { createListener } from './node/listener.ts';
import type { StagedCloses } from './node/staged-close.ts';
import type { RequestHandler } from './request-handler.ts';

/** Where clients connect, whichever engine speaks with them. */
export interface FrontServer extends Server {
  /** Closes the connections on which no request is under way. */
  closeIdleConnections(): void;
}

/**
 * Makes the server that clients connect to, not yet listening. It gives its handler a Client for each request whose head
 * it could read, answers the others, and tells of them.
 */
type OpenEngine = (handler: RequestHandler, closes: StagedCloses) => FrontServer;

const engines: Readonly<Record<ProxyConfig['engine'], OpenEngine>> = {
  lean: (handler, closes) => new Http1Server(handler, closes),
  node: createListener,
};

export interface Front {
  readonly server: FrontServer;
  /** Beside the engine for HTTP/1.1: no client comes here unless it says HTTP/2. */
  readonly http2: Http2Front;
}

/** All that clients may speak here. */
export function openFront(handler: RequestHandler, closes: StagedCloses): Front {
  const { engine, h2c } = handler.settings;
  const http1 = engines[engine](handler, closes);
  const http2 = new Http2Front(handler);
  return { server: h2c ? new H2cServer(handler, http1, http2) : http1, http2 };
}
