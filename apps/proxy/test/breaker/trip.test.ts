import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { breakerOf, openForLong } from './breaker-of.ts';

test('The breaker opens at the threshold and from then on nothing reaches the upstream', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({ '--target': backend.url, ...openForLong });
  for (let i = 0; i < 3; i++) {
    expect(breakerOf(proxy).state.name).toBe('closed');
    expect((await ask(proxy)).status).toBe(503);
  }
  expect(breakerOf(proxy).state.name).toBe('open');

  const response = await ask(proxy);
  expect(response.status).toBe(503);
  expect(fieldOf(response, 'proxy-status')).toBe(
    'spillway; error=destination_unavailable; details="breaker_open"',
  );
  expect(JSON.parse(response.body.toString()).outcome).toBe('breaker_open');
  const retryAfter = Number(fieldOf(response, 'retry-after'));
  expect(retryAfter).toBeGreaterThan(3000);
  expect(retryAfter).toBeLessThanOrEqual(3600);
  expect(backend.stats().received).toBe(3);
  expect(proxy.instance.metrics.snapshot().metrics).toMatchObject({
    circuit_open: true,
    consecutive_failures: 3,
  });
});

test.each([
  ['502', 'status=502'],
  ['503', 'status=503'],
  ['504', 'status=504'],
  ['a reset', 'fault=reset'],
  ['a closed connection', 'fault=close'],
  ['bytes that are no HTTP', 'fault=garbage'],
  ['a truncated body', 'fault=truncated-length'],
  ['a body cut by a reset', 'fault=reset-body'],
  ['silence', 'fault=hang'],
])('%s counts against the upstream', async (_what, query) => {
  const backend = await startTestBackend();
  const proxy = await startGateway({
    '--target': backend.url,
    ...openForLong,
    '--read-timeout': '50ms',
  });
  for (let i = 0; i < 3; i++) {
    await ask(proxy, { path: `/?${query}` }).catch(() => {});
    await proxy.finished();
  }
  expect(breakerOf(proxy).state.name).toBe('open');
});

test('An upstream that refuses connections opens the breaker', async () => {
  const backend = await startTestBackend();
  await backend.stopListening();
  const proxy = await startGateway({ '--target': backend.url, ...openForLong });
  for (let i = 0; i < 3; i++) expect((await ask(proxy)).status).toBe(502);
  expect(breakerOf(proxy).state.name).toBe('open');
});

test.each([
  ['500', '/?status=500'],
  ['404', '/?status=404'],
  ['429', '/?status=429'],
])('%s says that the upstream works', async (_what, path) => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, ...openForLong });
  for (let i = 0; i < 2; i++) await ask(proxy, { path: '/?status=503' });
  await ask(proxy, { path });
  for (let i = 0; i < 2; i++) await ask(proxy, { path: '/?status=503' });
  expect(breakerOf(proxy).state.name).toBe('closed');
  expect(breakerOf(proxy).consecutiveFailures).toBe(2);
});

test('Each attempt of a retried request counts', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...openForLong,
    '--max-retries': 5,
  });
  const response = await ask(proxy);
  expect(response.status).toBe(503);
  // What the upstream said, not that the breaker left no room for another attempt.
  expect(JSON.parse(response.body.toString()).outcome).toBe('upstream_error');
  expect(backend.stats().received).toBe(3);
  expect(breakerOf(proxy).state.name).toBe('open');
});

test("The proxy's own refusals and the clients' aborts never count", async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...openForLong,
    '--circuit-breaker-threshold': 1,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 1,
    '--queue-timeout': '30ms',
    '--abandoned': 'release',
  });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const waiting = await send(proxy);
  await proxy.queued(1);
  expect((await ask(proxy)).status).toBe(503);
  expect((await waiting.readResponse()).status).toBe(503);
  expect((await ask(proxy, { fields: { 'Content-Length': 'x' } })).status).toBe(400);
  admitted.destroy();
  waiting.destroy();
  await backend.waitFor(({ aborted }) => aborted === 1);
  for (const fault of ['hang', 'hang-body']) {
    const client = await send(proxy, { path: `/?fault=${fault}` });
    await backend.waitFor(({ hanging }) => hanging === 1);
    client.destroy();
    await backend.waitFor(({ active }) => active === 0);
  }
  const { outcomes } = proxy.instance.metrics.snapshot().metrics;
  expect(outcomes).toMatchObject({
    queue_full: 1,
    queue_timeout: 1,
    client_gone: 3,
    client_error: 1,
  });
  expect(breakerOf(proxy)).toMatchObject({ consecutiveFailures: 0, openedTotal: 0 });
});

test("A request timeout of the proxy's own does not count", async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...openForLong,
    '--circuit-breaker-threshold': 1,
    '--request-timeout': '30ms',
  });
  expect((await ask(proxy)).status).toBe(504);
  expect(breakerOf(proxy)).toMatchObject({ consecutiveFailures: 0, openedTotal: 0 });
});

test('Whoever waits in the queue is told as soon as the breaker opens', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({
    '--target': upstream.origin,
    ...openForLong,
    '--max-concurrent-requests': 3,
  });
  const admitted = [await send(proxy), await send(proxy), await send(proxy)];
  const connections = [await upstream.accept(), await upstream.accept(), await upstream.accept()];
  const waiting = [await send(proxy), await send(proxy)];
  await proxy.queued(2);
  // The first two failures let two in from the queue; the third opens the breaker on the one left.
  const late = await send(proxy, { fields: { 'X-Request-Id': 'late' } });
  await proxy.queued(3);
  for (const connection of connections) {
    await connection.readRequest();
    connection.reset();
  }
  for (const client of admitted) expect((await client.readResponse()).status).toBe(502);
  const flushed = await late.readResponse();
  expect(JSON.parse(flushed.body.toString()).outcome).toBe('breaker_open');
  expect(proxy.service.permits.queued).toBe(0);
  for (const client of [...admitted, ...waiting, late]) client.destroy();
});

test('A threshold of 0 never opens', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...openForLong,
    '--circuit-breaker-threshold': 0,
  });
  for (let i = 0; i < 20; i++) await ask(proxy);
  expect(backend.stats().received).toBe(20);
  expect(breakerOf(proxy).openedTotal).toBe(0);
});
