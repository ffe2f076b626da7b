// The upstream, a process of its own: `upstream.ts PORT PAYLOAD`. A fixed answer of PAYLOAD bytes at once,
// so that the proxies are what is measured; `x-received` tells how many bytes of body came.
import { createServer } from 'node:http';

const [port = '', payload = ''] = process.argv.slice(2);
const body = Buffer.alloc(Number(payload), 'spillway ');

const server = createServer((req, res) => {
  let received = 0;
  const answer = () => {
    res.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      'x-received': received,
    });
    res.end(body);
  };
  if (req.method === 'GET') {
    answer();
    return;
  }
  req.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  req.on('end', answer);
});
server.keepAliveTimeout = 0;
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
