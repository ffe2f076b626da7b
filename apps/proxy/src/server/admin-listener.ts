import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { onAdminError } from '../front/node/client-error.ts';
import { bearWithClients } from '../front/node/client-patience.ts';
import { NodeClient } from '../front/node/node-client.ts';
import { serverLimits } from '../front/node/server-limits.ts';
import type { StagedCloses } from '../front/node/staged-close.ts';
import { isBodyless } from '../front/node/upgrade-request.ts';
import type { Instance } from '../instance/instance.ts';
import { answerOwn } from '../own/own-paths.ts';
import { outliveAcceptErrors } from './accept-errors.ts';
import { listen, listeningFd, stopAccepting } from './listen.ts';

/** Where the proxy's own endpoints answer with --admin-port. */
export interface AdminListener {
  readonly host: string;
  readonly port: number;
  readonly fd: number;
  /** Connections that are there stay until their next response. */
  stopAccepting(): void;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Null without --admin-port. What comes here is no client's request, and is never counted as one. */
export async function startAdminListener(
  instance: Instance,
  closes: StagedCloses,
  inheritedFd: number | null,
): Promise<AdminListener | null> {
  const { adminHost, adminPort } = instance.settings;
  if (adminPort === null) return null;
  const server = createAdminServer(instance, closes);
  outliveAcceptErrors(server, instance);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const flags = { host: '--admin-host', port: '--admin-port' };
  const { address, port } = await listen(server, adminHost, adminPort, inheritedFd, flags);
  return {
    host: address,
    port,
    fd: listeningFd(server),
    stopAccepting: () => stopAccepting(server),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createAdminServer(instance: Instance, closes: StagedCloses): Server {
  // Nobody uploads here: a request is over when its head is, or it is too slow.
  const requestTimeout = instance.settings.clientHeaderTimeoutMs;
  const limits = { ...serverLimits(instance.settings), requestTimeout, ServerResponse: NodeClient };
  const server = createServer(limits, (request, client) => {
    // A body is not waited for: what comes of it must not be taken for the next request.
    if (!isBodyless(request) || instance.leaving) client.closeAfterwards();
    answerOwn(instance, client);
  });
  closes.adopt(server);
  server.on('clientError', (error, socket) => onAdminError(closes, error, socket as Socket));
  bearWithClients(server);
  return server;
}
