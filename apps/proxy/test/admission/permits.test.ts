import { expect, test } from 'vitest';
import type { Upstream } from '../../src/service/upstream/upstream.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ask, send, startTestBackend } from './ask.ts';

const onePermit = { '--max-concurrent-requests': 1, '--max-queue-size': 5 };
const putAside = (body: string) =>
  `HTTP/1.1 503 Later\r\nRetry-After: 20\r\nContent-Length: 4\r\n\r\n${body}`;

test('A streamed answer holds its permit until its last byte', async () => {
  const backend = await startTestBackend({ fault: 'hang-body', size: 1000 });
  const proxy = await startGateway({ '--target': backend.url, ...onePermit });
  const client = await send(proxy);
  await client.reader.until('\r\n\r\n', 'the head of the answer');
  const next = await send(proxy);
  await proxy.queued(1);
  expect(backend.stats().received).toBe(1);

  backend.behave({ fault: '' });
  backend.releaseAll();
  expect((await client.reader.exactly(1000, 'the body')).length).toBe(1000);
  expect((await next.readResponse()).status).toBe(200);
  client.destroy();
  next.destroy();
});

test('A stream without end gives its permit back when its client leaves', async () => {
  const backend = await startTestBackend({ interval: '1h' });
  const proxy = await startGateway({ '--target': backend.url, ...onePermit });
  const listener = await send(proxy, { path: '/events' });
  await listener.reader.until('data: {"count":1}', 'the first event');
  const next = await send(proxy);
  await proxy.queued(1);
  listener.destroy();
  expect((await next.readResponse()).status).toBe(200);
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  await backend.waitFor(({ aborted }) => aborted === 1);
  next.destroy();
});

test('A tunnel holds its permit until it is closed', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...onePermit });
  const tunnel = await send(proxy, { fields: { Connection: 'Upgrade', Upgrade: 'echo' } });
  expect((await tunnel.readResponse()).status).toBe(101);
  const next = await send(proxy);
  await proxy.queued(1);
  expect(backend.stats()).toMatchObject({ tunnels: 1, received: 1 });
  tunnel.end();
  expect((await next.readResponse()).status).toBe(200);
  tunnel.destroy();
  next.destroy();
});

test('A tunnel that is over leaves its place in the pool to others', async () => {
  // Each once kept one for ever: after --pool-maxsize of them nothing went upstream any more.
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--pool-maxsize': 2 });
  for (let i = 0; i < 5; i++) {
    const tunnel = await send(proxy, { fields: { Connection: 'Upgrade', Upgrade: 'echo' } });
    expect((await tunnel.readResponse()).status).toBe(101);
    const { pool } = proxy.service.upstreams.all[0] as Upstream;
    expect(pool.stats().open).toBe(1);
    tunnel.destroy();
    expect((await proxy.finished()).outcome).toBe('ok');
    await eventually(() => expect(pool.stats().open).toBe(0));
  }
});

test('The permit of a request whose client left is free once the upstream connection is cut', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...onePermit });
  const first = await send(proxy);
  const connection = await upstream.accept();
  await connection.readRequest();
  const next = await send(proxy);
  await proxy.queued(1);
  first.destroy();
  await connection.closed();
  const second = await upstream.accept();
  await second.readRequest();
  await second.send('HTTP/1.1 204 No Content\r\n\r\n');
  expect((await next.readResponse()).status).toBe(204);
  next.destroy();
});

test('A request that backs off gives its permit to others meanwhile', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...onePermit });
  upstream.respond(({ target }) =>
    target === '/a' && upstream.requests.length === 1
      ? 'HTTP/1.1 503 Later\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n'
      : 'HTTP/1.1 204 No Content\r\n\r\n',
  );
  const backingOff = await send(proxy, { path: '/a' });
  await eventually(() => expect(proxy.service.traffic.retries).toBe(1));
  expect(proxy.service.permits.inFlight).toBe(0);
  expect((await ask(proxy, { path: '/b' })).status).toBe(204);
  expect((await backingOff.readResponse()).status).toBe(204);
  expect(upstream.requests.map(({ target }) => target)).toEqual(['/a', '/b', '/a']);
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 1 });
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 2 });
  backingOff.destroy();
});

test('A client that leaves during the backoff ends it at once', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...onePermit });
  upstream.respond(putAside('late'));
  const client = await send(proxy);
  await eventually(() => expect(proxy.service.traffic.retries).toBe(1));
  expect(proxy.service.retryBudget.retrying).toBe(1);
  client.destroy();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 1 });
  expect(proxy.service.retryBudget.retrying).toBe(0);
});

test('A client that leaves while a refusal is put aside for a retry is not retried for', async () => {
  // The backoff once began although the client was gone, and slept to its end.
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...onePermit });
  upstream.respond(putAside('la'));
  const client = await send(proxy);
  await upstream.nextRequest();
  await eventually(() => expect(proxy.service.retryBudget.retrying).toBe(1));
  client.destroy();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 1 });
  expect(proxy.service.retryBudget.retrying).toBe(0);
  expect(proxy.service.traffic.retries).toBe(0);
});

test('A request that is broken before it can wait does not wait', async () => {
  // It once took a place in the queue with nobody left to tell it that it was over.
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, ...onePermit });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const broken = await send(
    proxy,
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n',
  );
  expect((await broken.readResponse('POST')).status).toBe(400);
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_error', attempts: 0 });
  broken.destroy();
  admitted.destroy();
});

test('Requests pipelined on one connection each take a permit of their own', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 2 });
  const client = await proxy.connect();
  const get = (id: string) => `GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`;
  await client.send(['a', 'b', 'c', 'd'].map(get).join(''));
  await backend.waitFor(({ hanging }) => hanging === 2);
  await proxy.queued(2);
  client.destroy();
  await proxy.queued(0);
  const ended = [];
  for (let i = 0; i < 4; i++) ended.push((await proxy.finished()).outcome);
  expect(ended).toEqual(Array(4).fill('client_gone'));
});
