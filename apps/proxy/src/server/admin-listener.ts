import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../gateway.ts';
import { answerOwn } from '../own/own-paths.ts';
import { onAdminError } from './client-error.ts';
import { listen } from './listen.ts';
import { serverLimits } from './server-limits.ts';
import type { StagedCloses } from './staged-close.ts';
import { isBodyless } from './upgrade-request.ts';

/** Where the proxy's own endpoints answer with --admin-port. */
export interface AdminListener {
  readonly host: string;
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Null without --admin-port. What comes here is no client's request, and is never counted as one. */
export async function startAdminListener(
  gateway: Gateway,
  closes: StagedCloses,
): Promise<AdminListener | null> {
  const { adminHost, adminPort } = gateway.config;
  if (adminPort === null) return null;
  const server = createAdminServer(gateway, closes);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const flags = { host: '--admin-host', port: '--admin-port' };
  const { address, port } = await listen(server, adminHost, adminPort, flags);
  return {
    host: address,
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createAdminServer(gateway: Gateway, closes: StagedCloses): Server {
  // Nobody uploads here: a request is over when its head is, or it is too slow.
  const requestTimeout = gateway.config.clientHeaderTimeoutMs;
  const limits = { ...serverLimits(gateway.config), requestTimeout };
  const server = createServer(limits, (request, response) => {
    // A body is not waited for: what comes of it must not be taken for the next request.
    if (!isBodyless(request)) response.shouldKeepAlive = false;
    answerOwn(gateway, request, response);
  });
  closes.adopt(server);
  server.on('clientError', (error, socket) => onAdminError(closes, error, socket as Socket));
  return server;
}
