import type { ProxyConfig } from '../config/proxy-options.ts';
import type { FrontServer } from './front-server.ts';
import { Http1Server } from './http1/http1-server.ts';
import { createListener } from './node/listener.ts';
import type { RequestHandler } from './request-handler.ts';
import type { StagedCloses } from './staged-close.ts';

/**
 * Makes the server that speaks with clients. It gives its handler a Client for each request whose head
 * it could read, answers the others, and tells of them.
 */
type OpenEngine = (handler: RequestHandler, closes: StagedCloses) => FrontServer;

export const engines: Readonly<Record<ProxyConfig['engine'], OpenEngine>> = {
  lean: (handler, closes) => new Http1Server(handler, closes),
  node: createListener,
};
