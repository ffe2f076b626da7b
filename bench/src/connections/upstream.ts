// The upstream, a process of its own: `upstream.ts PORT`. `/events` is a stream of server-sent events, one a second.
import { createServer, type ServerResponse } from 'node:http';

const event = `data: ${'spillway '.repeat(10)}\n\n`;
const streams = new Set<ServerResponse>();

const server = createServer((request, response) => {
  if (request.url !== '/events') {
    response.writeHead(200, { 'content-length': 2 }).end('ok');
    return;
  }
  streams.add(response);
  response.on('close', () => streams.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event);
});

// A share of them at a time, as streams of their own would be.
const slices = 20;
let slice = 0;
setInterval(() => {
  slice = (slice + 1) % slices;
  let place = 0;
  for (const stream of streams) if (place++ % slices === slice) stream.write(event);
}, 1000 / slices);

server.keepAliveTimeout = 0;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
