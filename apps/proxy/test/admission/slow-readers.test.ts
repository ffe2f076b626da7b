import { patternBuffer } from '@spillway/backend';
import { expect, test } from 'vitest';
import { ok, request, setUp } from '../kit/cases.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { type Asking, ask, bytesOfRequest, startTestBackend } from './ask.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
/** More than the system takes between the proxy and a client that doesn't read. */
const large = 8 * MiB;
const largeBytes: Asking = { path: `/bytes/${large}` };
const onePermit = { '--max-concurrent-requests': 1, '--max-queue-size': 5 };
/** A large answer fits. */
const roomy = { '--response-buffer': '16MiB', '--response-buffer-total': '32MiB' };

/** A client that asks, and reads nothing until it is told to. */
async function askWithoutReading(proxy: TestGateway, asking: Asking): Promise<RawClient> {
  const client = await proxy.connect();
  client.socket.pause();
  await client.send(bytesOfRequest(asking));
  return client;
}

/** The slow one gets its large answer whole, and the next one then its own. */
async function readBoth(slow: RawClient, next: RawClient): Promise<void> {
  slow.socket.resume();
  next.socket.resume();
  expect((await slow.readResponse()).body.equals(patternBuffer(large))).toBe(true);
  expect((await next.readResponse()).status).toBe(200);
  slow.destroy();
  next.destroy();
}

const held = ({ instance }: TestGateway): number => instance.responseMemory.heldBytes;

/** The permit is back, and the client still without most of its answer. */
const released = (proxy: TestGateway): Promise<void> =>
  eventually(() => {
    expect(proxy.service.permits.inFlight).toBe(0);
    expect(held(proxy)).toBeGreaterThan(MiB);
  });

const paused = (proxy: TestGateway, count: number): Promise<void> =>
  eventually(() => {
    expect(proxy.service.upstreams.all[0]?.active).toBe(count);
    expect(held(proxy)).toBeGreaterThan(0);
  });

test.each([`/bytes/${large}`, `/bytes/${large}?chunked`])(
  'A slow reader of an answer that fits the buffer holds neither permit nor connection: %s',
  async (path) => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...onePermit, ...roomy });
    const slow = await askWithoutReading(proxy, { path });
    await backend.waitFor(({ finished }) => finished === 1);
    await released(proxy);
    expect((await ask(proxy)).status).toBe(200);
    expect(await proxy.finished()).toMatchObject({ outcome: 'ok', bytesSent: expect.any(Number) });
    expect(proxy.service.upstreams.all[0]?.pool.stats()).toMatchObject({ open: 1, idle: 1 });
    expect(proxy.instance.metrics.snapshot().metrics.active_requests).toBe(1);

    slow.socket.resume();
    const { status, body } = await slow.readResponse();
    expect([status, body.equals(patternBuffer(large))]).toEqual([200, true]);
    expect(await proxy.finished()).toMatchObject({ outcome: 'ok', status: 200, bytesSent: large });
    expect(held(proxy)).toBe(0);
    slow.destroy();
  },
);

test('An answer beyond the buffer holds its permit, and not much more than the buffer', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...onePermit });
  const slow = await askWithoutReading(proxy, largeBytes);
  await eventually(() => expect(held(proxy)).toBeGreaterThanOrEqual(256 * KiB));
  expect(held(proxy)).toBeLessThan(330 * KiB);
  const next = await askWithoutReading(proxy, {});
  await proxy.queued(1);
  expect(backend.stats().received).toBe(1);

  await readBoth(slow, next);
});

test('Without a buffer an answer comes as fast as its client reads', async () => {
  const backend = await startTestBackend();
  const flags = { '--response-buffer': 0, '--response-buffer-total': 0 };
  const proxy = await startGateway({ '--target': backend.url, ...onePermit, ...flags });
  const slow = await askWithoutReading(proxy, largeBytes);
  const next = await askWithoutReading(proxy, {});
  await proxy.queued(1);
  const { received } = await backend.waitFor((stats) => stats.received > 0);
  expect([held(proxy), received]).toEqual([0, 1]);
  await readBoth(slow, next);
});

test('All answers together hold no more than the total, and all come whole', async () => {
  const backend = await startTestBackend();
  const flags = { '--response-buffer': '16MiB', '--response-buffer-total': '2MiB' };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  const readers = await Promise.all(
    Array.from({ length: 4 }, () => askWithoutReading(proxy, largeBytes)),
  );
  await eventually(() => expect(held(proxy)).toBeGreaterThan(2 * MiB - 300 * KiB));
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, held(proxy));
  }, 0);
  await paused(proxy, 4);
  const whole = patternBuffer(large);
  for (const reader of readers) reader.socket.resume();
  for (const reader of readers) {
    expect((await reader.readResponse()).body.equals(whole)).toBe(true);
    reader.destroy();
  }
  clearInterval(look);
  expect(most).toBeLessThanOrEqual(2 * MiB);
  expect(held(proxy)).toBe(0);
});

test('A client that leaves while its answer is held has left, and the upstream did well', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...onePermit, ...roomy });
  const slow = await askWithoutReading(proxy, largeBytes);
  await released(proxy);
  slow.reset();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 1 });
  expect(held(proxy)).toBe(0);
  expect(proxy.service.upstreams.all[0]?.attempts.byOutcome).toMatchObject({
    ok: 1,
    client_gone: 0,
  });
  expect(backend.stats()).toMatchObject({ finished: 1, aborted: 0 });
});

test('A client that takes nothing of a held answer is cut after the body timeout', async () => {
  const backend = await startTestBackend();
  const flags = { ...onePermit, ...roomy, '--client-body-timeout': '150ms' };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  const slow = await askWithoutReading(proxy, largeBytes);
  expect(await proxy.finished()).toMatchObject({
    outcome: 'client_error',
    detail: 'the client stopped reading (--client-body-timeout)',
  });
  slow.destroy();
});

test('A drain waits for clients that have yet to read what is held for them', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...onePermit, ...roomy });
  const slow = await askWithoutReading(proxy, largeBytes);
  await released(proxy);
  const drained = proxy.running.drain();
  slow.socket.resume();
  expect((await slow.readResponse()).body.length).toBe(large);
  expect(await drained).toEqual({ cut: 0 });
  slow.destroy();
});

test('Trailers come behind what was held', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...onePermit, ...roomy });
  const slow = await askWithoutReading(proxy, { path: `/trailers?size=${large}` });
  await released(proxy);
  slow.socket.resume();
  const { body, trailers } = await slow.readResponse();
  expect(body.equals(patternBuffer(large))).toBe(true);
  expect(trailers).toEqual([['X-Body-Sha256', expect.stringMatching(/^[0-9a-f]{64}$/)]]);
  slow.destroy();
});

test('An answer that breaks off while it is held is cut, not ended', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...onePermit, ...roomy });
  const slow = await askWithoutReading(proxy, {});
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(ok('x'.repeat(large)).slice(0, -1));
  connection.end();
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
  slow.socket.resume();
  await expect(slow.readResponse()).rejects.toThrow('broke off');
  expect(held(proxy)).toBe(0);
});

test('The answer to a pipelined request waits for the one before it without holding a permit', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-concurrent-requests': 2 });
  await client.send(request('GET /first') + request('GET /second'));
  const body = 'y'.repeat(200 * KiB);
  const connections = [await upstream.accept(), await upstream.accept()];
  let first = connections[0];
  for (const connection of connections) {
    const { target } = await connection.readRequest();
    if (target === '/first') first = connection;
    else await connection.send(ok(body));
  }
  await eventually(() => expect(proxy.service.permits.inFlight).toBe(1));
  expect(held(proxy)).toBeGreaterThan(0);
  await first?.send(ok('x'));
  expect((await client.readResponse()).body.toString()).toBe('x');
  expect((await client.readResponse()).body.toString()).toBe(body);
  client.destroy();
});

test('A client that leaves while a pipelined answer is held for it leaves nothing', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-concurrent-requests': 2 });
  await client.send(request('GET /first') + request('GET /second'));
  const connections = [await upstream.accept(), await upstream.accept()];
  for (const connection of connections) {
    const { target } = await connection.readRequest();
    if (target === '/second') await connection.send(ok('y'.repeat(200 * KiB)));
  }
  await eventually(() => expect(held(proxy)).toBeGreaterThan(0));
  client.destroy();
  expect((await proxy.finished()).outcome).toBe('client_gone');
  expect((await proxy.finished()).outcome).toBe('client_gone');
  expect(held(proxy)).toBe(0);
});
