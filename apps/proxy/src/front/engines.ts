import type { Server } from 'node:net';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Instance } from '../instance/instance.ts';
import { Http1Server } from './http1/http1-server.ts';
import { createListener } from './node/listener.ts';
import type { StagedCloses } from './staged-close.ts';

/** Where clients connect, whichever engine speaks with them. */
export interface FrontServer extends Server {
  /** Closes the connections on which no request is under way. */
  closeIdleConnections(): void;
}

/**
 * Makes the server that clients connect to, not yet listening. It gives `handleRequest` a Client for each request whose
 * head it could read, and answers and counts (`request_unreadable`) the others.
 */
type OpenEngine = (instance: Instance, closes: StagedCloses) => FrontServer;

export const engines: Readonly<Record<ProxyConfig['engine'], OpenEngine>> = {
  lean: (instance, closes) => new Http1Server(instance, closes),
  node: createListener,
};
