import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Exchange } from './exchange.ts';
import type { Service } from './service.ts';

const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const ignore = () => {};

/** Echoes messages of WebSocket, and plain bytes of any other protocol that is asked for. */
function tunnel(exchange: Exchange, socket: Duplex, head: Buffer): void {
  const { req, res, tally } = exchange;
  exchange.tunnelled = true;
  res.detachSocket(req.socket);
  tally.add({ tunnels: 1 });
  socket.on('close', () => {
    tally.add({ tunnels: -1 });
    res.emit('close');
  });
  if (req.headers.upgrade?.toLowerCase() === 'websocket') {
    webSockets.handleUpgrade(req, socket, head, (webSocket) => {
      webSocket.on('error', ignore);
      webSocket.on('message', (data, binary) => webSocket.send(data, { binary }));
    });
    return;
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${req.headers.upgrade}\r\n\r\n`,
  );
  socket.write(head);
  socket.pipe(socket);
}

/** Upgrades queue, wait and fail as any request does; any path is fine. */
export function handleUpgrade(
  service: Service,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  socket.on('error', ignore);
  // node:http leaves upgrades without a response object; faults and statuses need one.
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(req.socket);
  res.on('finish', () => {
    req.socket.destroySoon();
  });
  service.handle(req, res, (exchange) => tunnel(exchange, socket, head));
}
