import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { onAdminError } from '../front/node/client-error.ts';
import { bearWithClients } from '../front/node/client-patience.ts';
import { alwaysEndInStages } from '../front/node/end-in-stages.ts';
import { NodeClient } from '../front/node/node-client.ts';
import { serverLimits } from '../front/node/server-limits.ts';
import type { StagedCloses } from '../front/staged-close.ts';
import type { Instance } from '../instance/instance.ts';
import { outliveAcceptErrors } from './accept-errors.ts';

/** A server beside those that forward: for the admin listener, and for the one that redirects. */
export interface SideServer {
  readonly server: Server;
  /** Ends every connection, and resolves once they and the server are gone. */
  close(): Promise<void>;
}

/** It doesn't listen yet. */
export function createSideServer(
  instance: Instance,
  closes: StagedCloses,
  onRequest: (request: IncomingMessage, client: NodeClient) => void,
): SideServer {
  // Nobody uploads here: a request is over when its head is, or it is too slow.
  const requestTimeout = instance.settings.clientHeaderTimeoutMs;
  const limits = { ...serverLimits(instance.settings), requestTimeout, ServerResponse: NodeClient };
  const server = createServer(limits, onRequest);
  alwaysEndInStages(server, closes);
  server.on('clientError', (error, socket) => onAdminError(closes, error, socket as Socket));
  bearWithClients(server);
  outliveAcceptErrors(server, instance);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    server,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
