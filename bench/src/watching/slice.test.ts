import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Asker } from './asker.ts';
import { CountedUpstream, failingPath } from './counted-upstream.ts';
import { takeSlice } from './slice.ts';

const quickly = { headers: {}, perSecond: 1000 };

it('asks in turns over connections that stay open, and stops with no answer due', async () => {
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((req, res) => {
    asked.push(req.url as string);
    res.end('x'.repeat(10_000));
  }).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asker = new Asker({ ...quickly, port, paths: ['/a', '/a', '/b'] });
  while (asked.length < 30) await once(server, 'request');
  await asker.stop();
  expect(asker.answered).toBe(asked.length);
  // Which of several connections is quickest is nobody's to say.
  const asksForB = asked.filter((path) => path === '/b').length;
  expect(asksForB).toBe(Math.floor(asked.length / 3));
  expect(connections).toBeLessThanOrEqual(8);
});

it.runIf(process.platform === 'linux')(
  'counts requests, polls and CPU time of a slice',
  async () => {
    const upstream = new CountedUpstream();
    const port = await upstream.start();
    onTestFinished(() => upstream.stop());
    // The upstream is in this process, and stands for the proxy too.
    const proxy = { name: 'itself', pid: process.pid, port, stop: async () => {} };
    const watcher = { name: 'monitor', paths: ['/'], headers: {}, pollsPerSecond: 1 };
    const watching = { watcher, pollsPerSecond: 200 };
    const slice = await takeSlice(proxy, upstream, { round: 3, sliceMs: 100, watching });
    expect(slice).toMatchObject({ round: 3, watcher: 'monitor', pollsPerSecond: 200 });
    expect(slice.polls).toBeGreaterThan(0);
    expect(slice.requests).toBe(slice.polls);
    expect(slice.cpuUs).toBeGreaterThan(0);
    expect(slice.seconds).toBeGreaterThanOrEqual(0.099);

    const unwatched = { round: 4, sliceMs: 10, watching: null };
    expect(await takeSlice(proxy, upstream, unwatched)).toMatchObject({ polls: 0, requests: 0 });
  },
);

it('has failures to list', async () => {
  const upstream = new CountedUpstream();
  const port = await upstream.start();
  onTestFinished(() => upstream.stop());
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  expect([await status('/bench'), await status(failingPath)]).toEqual([200, 500]);
});

it('rejects when it stops after an answer that is none', async () => {
  const upstream = new CountedUpstream();
  const port = await upstream.start();
  onTestFinished(() => upstream.stop());
  const asker = new Asker({ ...quickly, port, paths: [failingPath] });
  while (upstream.answered < 3) await new Promise(setImmediate);
  await expect(asker.stop()).rejects.toThrow('/fails answers 500');
});
