import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Instance } from '../instance/instance.ts';
import { ClientResponse } from '../request/client-response.ts';
import { handleRequest } from '../request/handle-request.ts';
import { onClientError } from './client-error.ts';
import { bearWithClients } from './client-patience.ts';
import { answerHalfClosed } from './half-close.ts';
import { serverLimits } from './server-limits.ts';
import type { StagedCloses } from './staged-close.ts';
import { asksWhetherToUpgrade, isUpgrade, OlderRequest } from './upgrade-request.ts';

/** Options that node:http knows and the oldest types don't. */
interface NewerServerOptions {
  /** Bodyless requests skip the life of a stream. */
  optimizeEmptyRequests: boolean;
  shouldUpgradeCallback: (request: IncomingMessage) => boolean;
}

/** The HTTP server in front: node:http's strict parser, every event of it led to one handler. */
export function createListener(instance: Instance, closes: StagedCloses): Server {
  const options: ServerOptions & NewerServerOptions = {
    ...serverLimits(instance.settings),
    ServerResponse: ClientResponse,
    // Checked by us, so that a refusal is answered and counted like any other.
    requireHostHeader: false,
    // Bounded by silence instead of by length: an upload may take hours.
    requestTimeout: 0,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: isUpgrade,
    ...(asksWhetherToUpgrade ? {} : { IncomingMessage: OlderRequest }),
  };
  const server = createServer(options) as Server<typeof IncomingMessage, typeof ClientResponse>;
  // Bounded by their size alone: node would drop the fields beyond its 2,000, or refuse them.
  server.maxHeadersCount = 0;
  closes.adopt(server as Server);
  if (instance.settings.halfClose === 'answer') answerHalfClosed(server as Server);

  const serve =
    (expectsContinue: boolean) => (request: IncomingMessage, response: ClientResponse) => {
      if (request instanceof OlderRequest && request.ignoresUpgrade)
        response.shouldKeepAlive = false;
      handleRequest(instance, request, response, expectsContinue, null);
    };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  server.on('checkExpectation', serve(false));
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    handleRequest(instance, request, responseOn(socket as Socket, request, closes), false, head);
  });
  server.on('connect', (request: IncomingMessage, socket) => {
    const response = responseOn(socket as Socket, request, closes);
    handleRequest(instance, request, response, false, null);
  });
  server.on('clientError', (error, socket) => {
    onClientError(instance, closes, error, socket as Socket);
  });
  bearWithClients(server);
  return server as Server;
}

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
