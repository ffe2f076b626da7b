import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** Heads of requests that came. */
  requests: number;
  connections: number;
}

/**
 * A server on bare sockets, which answers as `answer` does: called for each request's head, with how many came
 * before it on that connection and on all. Bodies of requests are not expected.
 */
export async function startRawServer(
  answer: (socket: Socket, nth: { here: number; ever: number }, head: string) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const raw = { url: '', port: 0, requests: 0, connections: 0 };
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    raw.connections++;
    sockets.add(socket);
    let here = 0;
    let text = '';
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        answer(socket, { here: here++, ever: raw.requests++ }, head);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  raw.port = (server.address() as AddressInfo).port;
  raw.url = `http://127.0.0.1:${raw.port}/`;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return raw;
}

export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

/** A port where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
