import { metricsSnapshotSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { bytesOfRequest, send, startTestBackend } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { askAt } from './ask-at.ts';

test.each(['/', '/anything', '/proxy-else', '/proxy-metrics/x', 'http://other.example/', '*'])(
  'Nothing is forwarded from the admin listener: %s is 404',
  async (path) => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, '--admin-port': 0 });
    const method = path === '*' ? 'OPTIONS' : 'GET';
    const response = await askAt(proxy.running.admin.port, { path, method });
    expect(response.status).toBe(404);
    const told = JSON.parse(response.body.toString());
    expect(told.error).toBe('no such endpoint');
    expect(told.endpoints).toEqual(expect.arrayContaining(['/proxy-metrics', '/proxy-health']));
    expect(backend.stats().received).toBe(0);
  },
);

test('An own path in absolute form is answered at the admin listener, and is the upstream’s everywhere else', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--admin-port': 0 });
  const path = 'http://other.example/proxy-health';
  expect((await askAt(proxy.running.admin.port, { path })).status).toBe(200);
  expect(backend.stats().received).toBe(0);
  expect((await askAt(proxy.port, { path })).status).toBe(200);
  expect(backend.stats().received).toBe(1);
});

test('Who watches is no client, and asks no request', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--admin-port': 0 });
  const watcher = await RawClient.connect(proxy.running.admin.port);
  for (let i = 0; i < 3; i++) {
    await watcher.send(bytesOfRequest({ path: '/proxy-metrics' }));
    const response = await watcher.readResponse();
    const snapshot = metricsSnapshotSchema.parse(JSON.parse(response.body.toString()));
    expect(snapshot.metrics.total_requests).toBe(0);
    expect(snapshot.process.client_connections).toBe(0);
  }
  await watcher.send('no request at all\r\n\r\n');
  expect((await watcher.readResponse()).status).toBe(400);
  expect(proxy.instance.metrics.total).toBe(0);
});

test('The admin listener answers during the drain, and ends with it', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--admin-port': 0 });
  const { port } = proxy.running.admin;
  const watcher = await RawClient.connect(port);
  const held = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const drained = proxy.running.drain();

  for (const path of ['/proxy-health', '/proxy-health']) {
    const response = await askAt(port, { path });
    expect(response.status).toBe(503);
    expect(JSON.parse(response.body.toString())).toMatchObject({ status: 'draining' });
    expect(fieldOf(response, 'connection')).toBe('close');
  }
  expect((await askAt(port, { path: '/proxy-metrics' })).status).toBe(200);
  backend.releaseAll();
  expect((await held.readResponse()).status).toBe(200);
  expect(await drained).toEqual({ cut: 0 });
  // Idle, and nobody asked it to leave.
  await watcher.closed();
  await expect(RawClient.open(port)).rejects.toThrow('ECONNREFUSED');
  held.destroy();
});

test('Closing the proxy ends who watches', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--admin-port': 0 });
  const watcher = await RawClient.connect(proxy.running.admin.port);
  await watcher.send('GET /proxy-metrics HTTP/1.1\r\n');
  await proxy.running.close();
  await watcher.closed();
});

test('Who is too slow to ask is told so and closed, as on the public listener', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({
    '--target': backend.url,
    '--admin-port': 0,
    '--client-header-timeout': '200ms',
  });
  const watcher = await RawClient.connect(proxy.running.admin.port);
  await watcher.send('GET /proxy-metrics HTTP/1.1\r\nHost: a\r\n');
  expect((await watcher.readResponse()).status).toBe(408);
  await watcher.closed();
  const uploader = await RawClient.connect(proxy.running.admin.port);
  await uploader.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx');
  expect((await uploader.readResponse('POST')).status).toBe(404);
  await uploader.closed();
});

test('A connection that stays idle is closed', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({
    '--target': backend.url,
    '--admin-port': 0,
    '--client-idle-timeout': '100ms',
  });
  const watcher = await RawClient.connect(proxy.running.admin.port);
  await watcher.send(bytesOfRequest({ path: '/proxy-health' }));
  expect((await watcher.readResponse()).status).toBe(200);
  await watcher.closed();
});

test('Neither port stays taken when the other cannot be had', async () => {
  const backend = await startTestBackend();
  const first = await startGateway({ '--target': backend.url, '--admin-port': 0 });
  const flags = { '--target': backend.url, '--admin-port': first.running.admin.port };
  await expect(startGateway(flags)).rejects.toMatchObject({
    code: 'EADDRINUSE',
    flags: { port: '--admin-port' },
    port: first.running.admin.port,
  });
  const { port } = first;
  await expect(
    startGateway({ '--target': backend.url, '--admin-port': 0, '--port': port }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE', flags: { port: '--port' }, port });
  await eventually(() => expect(first.instance.clientSockets.size).toBe(0));
});
