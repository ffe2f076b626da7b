import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { FrontServer } from '../engines.ts';
import type { RequestHandler } from '../request-handler.ts';
import { onClientError } from './client-error.ts';
import { bearWithClients } from './client-patience.ts';
import { latestOf, onConnectionClosed } from './client-socket.ts';
import { answerHalfClosed } from './half-close.ts';
import { NodeClient } from './node-client.ts';
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
export function createListener(handler: RequestHandler, closes: StagedCloses): FrontServer {
  const options: ServerOptions & NewerServerOptions = {
    ...serverLimits(handler.settings),
    ServerResponse: NodeClient,
    // Checked by us, so that a refusal is answered and counted like any other.
    requireHostHeader: false,
    // Bounded by silence instead of by length: an upload may take hours.
    requestTimeout: 0,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: isUpgrade,
    ...(asksWhetherToUpgrade ? {} : { IncomingMessage: OlderRequest }),
  };
  const server = createServer(options) as Server<typeof IncomingMessage, typeof NodeClient>;
  // Bounded by their size alone: node would drop the fields beyond its 2,000, or refuse them.
  server.maxHeadersCount = 0;
  closes.adopt(server as Server);
  if (handler.settings.halfClose === 'answer') answerHalfClosed(server as Server);

  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', onSocketClose);
    socket.once('close', () => sockets.delete(socket));
  });

  const serve = (request: IncomingMessage, client: NodeClient) => {
    if (request instanceof OlderRequest && request.ignoresUpgrade) client.closeAfterwards();
    handler.handle(client);
  };
  server.on('request', serve);
  server.on('checkExpectation', serve);
  server.on('checkContinue', (request: IncomingMessage, client: NodeClient) => {
    client.expectsContinue = true;
    serve(request, client);
  });
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    const protocol = request.headers.upgrade as string;
    handler.handle(clientOn(socket as Socket, request, closes, protocol, head));
  });
  server.on('connect', (request: IncomingMessage, socket, head: Buffer) => {
    handler.handle(clientOn(socket as Socket, request, closes, null, head));
  });
  server.on('clientError', (error, socket) => {
    onClientError(handler, closes, error, socket as Socket);
  });
  bearWithClients(server);
  return Object.assign(server as Server, {
    endIdleConnections: (isDue: (socket: Socket) => boolean) => {
      for (const socket of sockets) {
        if (latestOf(socket) === null && isDue(socket)) closes.close(socket);
      }
    },
  });
}

/** node:http hands over the bare connection; whatever is not a tunnel is answered as usual, then closed. */
function clientOn(
  socket: Socket,
  request: IncomingMessage,
  closes: StagedCloses,
  protocol: string | null,
  head: Buffer,
): NodeClient {
  const client = new NodeClient(request);
  client.closeAfterwards();
  client.assignSocket(socket);
  client.on('finish', () => {
    client.onClosed();
    // What it sent ahead, in the protocol that it hoped for, is not ours to read.
    closes.close(socket);
  });
  socket.on('error', () => socket.destroy());
  client.bare = { protocol, head, stopWatching: watchForLeaving(socket) };
  return client;
}

function onSocketClose(this: Socket): void {
  onConnectionClosed(this);
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
