import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { ProxyProcess } from './proxy-process.ts';

async function ask(client: RawClient, path = '/'): Promise<RawResponse> {
  await client.send(bytesOfRequest({ path }));
  return client.readResponse();
}

function expectDraining(response: RawResponse) {
  expect(response.status).toBe(503);
  expect(fieldOf(response, 'connection')).toBe('close');
  expect(fieldOf(response, 'retry-after')).toBe('1');
  expect(fieldOf(response, 'proxy-status')).toBe(
    'spillway; error=destination_unavailable; details="draining"',
  );
}

/** A backend that hangs, a proxy before it, and a request that is in flight. */
async function withOneInFlight(...flags: string[]) {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await ProxyProcess.start([
    '--host',
    '127.0.0.1',
    '--target',
    backend.url,
    ...flags,
  ]);
  const client = await proxy.connect();
  await client.send(bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 1);
  return { backend, proxy, client };
}

const draining = (proxy: ProxyProcess) =>
  proxy.logged(({ msg }) => msg.startsWith('draining, for at most'));

describe.each(['SIGTERM', 'SIGINT'] as const)('On %s', (signal) => {
  test('the proxy refuses what is new, finishes what is in flight, and ends with 0', async () => {
    const { backend, proxy, client } = await withOneInFlight();
    const kept = await proxy.connect();
    await kept.send(bytesOfRequest({ path: '/?fault=hang-body&size=10' }));
    await kept.reader.until('\r\n\r\n', 'the head of an answer');
    expect((await ask(await proxy.connect(), '/proxy-health')).status).toBe(200);

    proxy.signal(signal);
    expect(await draining(proxy)).toMatchObject({ signal, active: 2 });
    expect((await ask(await proxy.connect(), '/proxy-health')).status).toBe(503);
    expectDraining(await ask(await proxy.connect()));

    backend.releaseAll();
    await kept.reader.exactly(10, 'the body');
    expect((await client.readResponse()).status).toBe(200);
    expect(await proxy.exitCode()).toBe(0);
    expect(await client.closed()).toBe('fin');
    expect(proxy.log.at(-1)).toMatchObject({ msg: 'drained', cut: 0 });
    expect(proxy.stderr).toBe(`${proxy.banner}\n\n`);
  });
});

test('A new request on a kept connection is refused while the proxy drains', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await ProxyProcess.start(['--host', '127.0.0.1', '--target', upstream.origin]);
  const held = await proxy.connect();
  await held.send(bytesOfRequest({}));
  const atHeld = await upstream.accept();
  await atHeld.readRequest();
  // The head of its answer has promised that the connection stays.
  const kept = await proxy.connect();
  await kept.send(bytesOfRequest({}));
  const atKept = await upstream.accept();
  await atKept.readRequest();
  await atKept.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha');
  await kept.reader.until('\r\n\r\nha', 'half of an answer');

  proxy.signal('SIGTERM');
  await draining(proxy);
  await atKept.send('lf');
  expect((await kept.reader.exactly(2, 'the other half')).toString()).toBe('lf');
  expectDraining(await ask(kept));
  expect(await kept.closed()).toBe('fin');
  await atHeld.send('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await held.readResponse()).status).toBe(204);
  expect(await proxy.exitCode()).toBe(0);
});

test('An answer that begins while the proxy drains closes its connection', async () => {
  const { backend, proxy, client } = await withOneInFlight();
  proxy.signal('SIGTERM');
  await draining(proxy);
  backend.releaseAll();
  const response = await client.readResponse();
  expect([response.status, fieldOf(response, 'connection')]).toEqual([200, 'close']);
  expect(await proxy.exitCode()).toBe(0);
});

test('Connections without a request are closed at once', async () => {
  const { backend, proxy, client } = await withOneInFlight();
  const idle = await proxy.connect();
  expect((await ask(idle, '/proxy-health')).status).toBe(200);
  proxy.signal('SIGTERM');
  expect(await idle.closed()).toBe('fin');
  backend.releaseAll();
  expect((await client.readResponse()).status).toBe(200);
  expect(await proxy.exitCode()).toBe(0);
});

test('A proxy with nothing in flight ends at once', async () => {
  const proxy = await ProxyProcess.start([]);
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.map(({ msg }) => msg)).toEqual(['draining, for at most 120 s', 'drained']);
});

test('What has not finished at the drain timeout is cut, told so and counted', async () => {
  const { backend, proxy, client } = await withOneInFlight(
    '--drain-timeout',
    '300ms',
    '--max-concurrent-requests',
    '3',
  );
  const begun = await proxy.connect();
  await begun.send(bytesOfRequest({ path: '/?fault=hang-body&size=100' }));
  await begun.reader.exactly(1, 'an answer');
  const tunnel = await proxy.connect();
  backend.behave({ fault: '' });
  await tunnel.send(bytesOfRequest({ fields: { Connection: 'Upgrade', Upgrade: 'echo' } }));
  expect((await tunnel.readResponse()).status).toBe(101);
  const queued = await proxy.connect();
  await queued.send(bytesOfRequest({}));
  const watcher = await proxy.connect();
  for (let waiting = 0; waiting < 1; ) {
    const { body } = await ask(watcher, '/proxy-metrics');
    waiting = JSON.parse(body.toString()).metrics.queue_size;
  }
  proxy.signal('SIGTERM');
  await draining(proxy);

  expectDraining(await client.readResponse());
  expectDraining(await queued.readResponse());
  await begun.reader.toEnd('the end');
  await tunnel.reader.toEnd('the end');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.at(-1)).toMatchObject({ msg: 'drained, 4 requests cut', cut: 4 });
  const cut = proxy.log.filter(({ outcome }) => outcome === 'draining');
  expect(cut).toHaveLength(4);
  await backend.waitFor(({ active }) => active === 0);
});

test('Requests pipelined on one connection are all cut at the drain timeout', async () => {
  const { backend, proxy, client } = await withOneInFlight('--drain-timeout', '100ms');
  await client.send(bytesOfRequest({}) + bytesOfRequest({}));
  await backend.waitFor(({ hanging }) => hanging === 3);
  proxy.signal('SIGTERM');
  expectDraining(await client.readResponse());
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.at(-1)).toMatchObject({ cut: 3 });
});

test('A client that does not read its answer does not keep the proxy from ending', async () => {
  const upstream = await RawUpstream.start();
  const size = 64 * 1024 * 1024;
  const proxy = await ProxyProcess.start([
    '--host',
    '127.0.0.1',
    '--target',
    upstream.origin,
    '--drain-timeout',
    '100ms',
  ]);
  // Whole in the proxy's buffers but not with the client, and on its way to the proxy.
  for (const length of [size, 6 * 1024 * 1024]) {
    const deaf = await proxy.connect();
    deaf.socket.pause();
    await deaf.send(bytesOfRequest({}));
    const connection = await upstream.accept();
    await connection.readRequest();
    void connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
    void connection.send(Buffer.alloc(length));
  }
  proxy.signal('SIGTERM');
  expect(await proxy.exitCode()).toBe(0);
  expect(proxy.log.at(-1)).toMatchObject({ cut: 2 });
});

test('A second signal ends it at once, with 130', async () => {
  for (const [first, second] of [
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const) {
    const { proxy, client } = await withOneInFlight();
    proxy.signal(first);
    await draining(proxy);
    proxy.signal(second);
    expect(await proxy.exitCode()).toBe(130);
    expect(['fin', 'reset']).toContain(await client.closed());
  }
});

test.each<[string, string, RequestListener]>([
  ['answers nothing', 'json', () => {}],
  [
    'wants the spans in an hour',
    'pretty',
    (_request, response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end();
    },
  ],
])(
  'A collector that %s does not hold up the end (seen: ten seconds more)',
  async (_what, format, answer) => {
    const collector = createServer(answer).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    onTestFinished(() => {
      collector.close();
      collector.closeAllConnections();
    });
    const { port } = collector.address() as AddressInfo;
    const backend = await startTestBackend();
    const proxy = await ProxyProcess.start(
      [
        '--target',
        backend.url,
        '--otlp-endpoint',
        `http://127.0.0.1:${port}`,
        '--log-format',
        format,
      ],
      // Longer than the test waits for the end.
      { environment: { OTEL_EXPORTER_OTLP_TIMEOUT: '7200000' } },
    );
    const exported = once(collector, 'request');
    expect((await ask(await proxy.connect())).status).toBe(200);
    await exported;
    proxy.signal('SIGTERM');
    expect(await proxy.exitCode()).toBe(0);
    expect(proxy.stdout.trimEnd().split('\n').at(-1)).toContain('drained');
  },
);
