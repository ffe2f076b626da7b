import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../gateway.ts';
import { ClientResponse } from '../request/client-response.ts';
import { handleRequest } from '../request/handle-request.ts';
import { onClientError, refuseUnreadable } from './client-error.ts';
import { answerHalfClosed } from './half-close.ts';
import { serverLimits } from './server-limits.ts';
import type { StagedCloses } from './staged-close.ts';

/** Options that node:http knows and the oldest types don't. */
interface NewerServerOptions {
  /** Bodyless requests skip the life of a stream. */
  optimizeEmptyRequests: boolean;
  shouldUpgradeCallback: (request: IncomingMessage) => boolean;
}

/** The HTTP server in front: node:http's strict parser, every event of it led to one handler. */
export function createListener(gateway: Gateway, closes: StagedCloses): Server {
  const options: ServerOptions & NewerServerOptions = {
    ...serverLimits(gateway.config),
    ServerResponse: ClientResponse,
    // Checked by us, so that a refusal is answered and counted like any other.
    requireHostHeader: false,
    // Bounded by silence instead of by length: an upload may take hours.
    requestTimeout: 0,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: isUpgrade,
  };
  const server = createServer(options) as Server<typeof IncomingMessage, typeof ClientResponse>;
  // Bounded by their size alone: node would drop the fields beyond its 2,000, or refuse them.
  server.maxHeadersCount = 0;
  closes.adopt(server as Server);
  if (gateway.config.halfClose === 'answer') answerHalfClosed(server as Server);

  server.on('request', (request, response) => {
    handleRequest(gateway, request, response, false, null);
  });
  server.on('checkContinue', (request, response) => {
    handleRequest(gateway, request, response, true, null);
  });
  server.on('checkExpectation', (request, response) => {
    handleRequest(gateway, request, response, false, null);
  });
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    const upgrades = isUpgrade(request);
    // Before Node 22.21 every wish to upgrade comes here, and one with a body comes without it.
    if (!upgrades && !isBodyless(request)) {
      // node:http has taken its own listener away; without one a reset would end the process.
      socket.on('error', () => socket.destroy());
      refuseUnreadable(
        gateway,
        closes,
        socket as Socket,
        501,
        'a body with Upgrade needs Node 22.21',
      );
      return;
    }
    const response = responseOn(socket as Socket, request, closes);
    handleRequest(gateway, request, response, false, upgrades ? head : null);
  });
  server.on('connect', (request: IncomingMessage, socket) => {
    const response = responseOn(socket as Socket, request, closes);
    handleRequest(gateway, request, response, false, null);
  });
  server.on('clientError', (error, socket) => {
    onClientError(gateway, closes, error, socket as Socket);
  });
  return server as Server;
}

/**
 * Only a bodyless GET of HTTP/1.1 switches protocols, and never to h2c, which would hide requests from us in a
 * tunnel; every other wish to upgrade is ignored (RFC 9110 section 7.8) and the request forwarded.
 */
function isUpgrade(request: IncomingMessage): boolean {
  const { headers, method, httpVersionMinor } = request;
  const protocol = headers.upgrade?.trim().toLowerCase() ?? '';
  return (
    method === 'GET' &&
    httpVersionMinor === 1 &&
    isBodyless(request) &&
    /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) &&
    protocol !== 'h2c'
  );
}

export const isBodyless = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;

/** node:http hands over the bare connection; whatever is not a tunnel is answered as usual, then closed. */
function responseOn(
  socket: Socket,
  request: IncomingMessage,
  closes: StagedCloses,
): ClientResponse {
  const response = new ClientResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.exchange?.onClose();
    // What it sent ahead, in the protocol that it hoped for, is not ours to read.
    closes.close(socket);
  });
  socket.on('error', () => socket.destroy());
  response.stopWatching = watchForLeaving(socket);
  return response;
}

/** Nobody reads until the tunnel stands, and only a reader hears that the client has left. */
function watchForLeaving(socket: Socket): () => void {
  const onReadable = () => {
    if (socket.readableLength === 0) socket.read();
  };
  const onEnd = () => socket.destroy();
  socket.on('readable', onReadable);
  socket.on('end', onEnd);
  return () => {
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
  };
}
