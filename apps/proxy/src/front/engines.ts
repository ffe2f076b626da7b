import type { Engine } from '../cli/options/listen.ts';
import type { Instance } from '../instance/instance.ts';
import type { ClientServer } from './client-server.ts';
import { Http1Server } from './http1/http1-server.ts';
import { createListener } from './node/listener.ts';
import type { StagedCloses } from './node/staged-close.ts';

/**
 * Makes the server that clients connect to, not yet listening, and gives `handleRequest` a Client for each request.
 * Adding one is a folder, a line here, and its name in the option.
 */
type OpenEngine = (instance: Instance, closes: StagedCloses) => ClientServer;

export const engines: Readonly<Record<Engine, OpenEngine>> = {
  lean: (instance, closes) => new Http1Server(instance, closes),
  node: createListener,
};
