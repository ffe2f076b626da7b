import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { peerNames, peers } from './index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ownPrograms = ['haproxy', 'nginx', 'caddy'];

it.each(peerNames.filter((name) => !name.startsWith('spillway') && !ownPrograms.includes(name)))(
  '%s passes on method, path, body and answer',
  async (name) => {
    const upstream = await serve(async (req, res) => {
      let size = 0;
      for await (const chunk of req) size += (chunk as Buffer).length;
      res.writeHead(201, { 'x-seen': `${req.method} ${req.url} ${size}` });
      res.end('the answer');
    });
    const peer = await peers[name]();
    if (peer.kind !== 'listener') throw new Error('not a listener');
    const proxy = await serve(peer.listener({ url: upstream, connections: 2 }));
    const expected = { GET: 'GET /a?b=c 0', POST: 'POST /a?b=c 5' };
    for (const [method, seen] of Object.entries(expected)) {
      const body = method === 'POST' ? { body: 'hello' } : {};
      const answer = await fetch(`${proxy}/a?b=c`, { method, ...body });
      expect([answer.status, await answer.text()]).toEqual([201, 'the answer']);
      expect(answer.headers.get('x-seen')).toBe(seen);
    }
  },
);
