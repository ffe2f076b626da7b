// `naive-forwarder.ts UPSTREAM_PORT PORT`: forwards as the simplest scripts do.
import { createServer, request } from 'node:http';

const [upstreamPort = '', port = ''] = process.argv.slice(2);
const timeoutMs = 30_000;

createServer((incoming, response) => {
  const { method, url: path, headers } = incoming;
  const outgoing = request(
    { port: upstreamPort, host: '127.0.0.1', method, path, headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    },
  );
  outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error('timeout')));
  outgoing.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  incoming.pipe(outgoing);
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
