// The upstream, a process of its own: `upstream.ts PORT`. Each path is well or ill in its own way.
import { createServer, type ServerResponse } from 'node:http';

type Respond = (response: ServerResponse) => void;

const kibibyte = Buffer.alloc(1024, 'spillway ');
const mebibyte = Buffer.alloc(1024 * 1024, 'spillway ');

const responses: Readonly<Record<string, Respond>> = {
  '/': (response) => send(response, kibibyte),
  '/slow': (response) => void setTimeout(send, 100, response, kibibyte),
  '/large': (response) => send(response, mebibyte),
  '/stream': (response) => stream(response, 20),
  '/fail': (response) => response.writeHead(503, { 'content-length': 0 }).end(),
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': 2 * kibibyte.length });
    response.write(kibibyte, () => response.destroy());
  },
  '/reset': (response) => response.socket?.resetAndDestroy(),
  '/hang': () => {},
};

function send(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, { 'content-length': body.length }).end(body);
}

function stream(response: ServerResponse, left: number): void {
  if (response.destroyed) return;
  response.write(kibibyte);
  if (left > 0) setTimeout(stream, 5, response, left - 1);
  else response.end();
}

const server = createServer((request, response) => {
  const respond = responses[request.url ?? ''] ?? responses['/'];
  if (request.method === 'GET') respond?.(response);
  else request.resume().on('end', () => respond?.(response));
});
server.on('upgrade', (_request, socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.pipe(socket);
});
server.keepAliveTimeout = 0;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
