import { expect, test } from 'vitest';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ask, send, startTestBackend } from './ask.ts';

const limit = 4;
const atLimit = { '--max-concurrent-requests': limit, '--max-queue-size': 100 };
/** Goes on working for clients that left. */
const tireless = { abandon: 'continue', latency: '200ms' } as const;

/** For how long permits were held on after their requests were over, in ms; told as it happens. */
function holdsOf({ service: { permits } }: TestGateway): number[] {
  const holds: number[] = [];
  const abandon = permits.abandon.bind(permits);
  permits.abandon = (lease, holdMs) => {
    holds.push(holdMs);
    return abandon(lease, holdMs);
  };
  return holds;
}

/** Calls that end, for the proxy to know how long they take. */
async function learn(proxy: TestGateway, calls = 3): Promise<void> {
  for (let i = 0; i < calls; i++) {
    expect((await ask(proxy)).status).toBe(200);
    await proxy.finished();
  }
}

/** Clients that leave as soon as the backend has their request, one after the other. */
async function storm(flags: Record<`--${string}`, string>): Promise<number> {
  const backend = await startTestBackend({ ...tireless, workers: limit });
  const proxy = await startGateway({ '--target': backend.url, ...atLimit, ...flags });
  await learn(proxy);
  for (let i = 1; i <= 20; i++) {
    const client = await send(proxy);
    await backend.waitFor(({ received }) => received === 3 + i);
    client.destroy();
  }
  const after = await backend.waitFor(({ active, queued }) => active + queued === 0);
  expect(after).toMatchObject({ received: 23, started: 23, finished: 3, aborted: 20 });
  expect(after.maxActive).toBeLessThanOrEqual(limit);
  await proxy.nothingLeft();
  return after.maxQueued;
}

test('A storm of clients that leave never piles up work in a backend that goes on with it', async () => {
  expect(await storm({})).toBe(0);
});

test('Where permits are released at once the same storm piles it up (the control)', async () => {
  expect(await storm({ '--abandoned': 'release' })).toBeGreaterThan(limit);
});

test('A held permit counts as in flight, and then goes to whoever waits', async () => {
  const backend = await startTestBackend(tireless);
  const flags = { '--max-concurrent-requests': 1, '--max-queue-size': 5 };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  const holds = holdsOf(proxy);
  await learn(proxy);
  const leaver = await send(proxy);
  await backend.waitFor(({ received }) => received === 4);
  const waiting = await send(proxy);
  await proxy.queued(1);
  leaver.destroy();
  expect((await proxy.finished()).outcome).toBe('client_gone');
  expect(proxy.service.permits).toMatchObject({ inFlight: 1, abandoned: 1, queued: 1 });
  expect(proxy.instance.metrics.snapshot().metrics).toMatchObject({
    active_requests: 0,
    available_slots: 0,
    held_permits: 1,
  });
  expect((await waiting.readResponse()).status).toBe(200);
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 1 });
  expect(holds).toHaveLength(1);
  expect(holds[0]).toBeGreaterThan(0);
  expect(backend.stats()).toMatchObject({ maxActive: 1, aborted: 1, finished: 4 });
  waiting.destroy();
});

test('Work whose client was told that its time is over is held for too', async () => {
  const backend = await startTestBackend(tireless);
  const proxy = await startGateway({ '--target': backend.url, ...atLimit });
  const holds = holdsOf(proxy);
  await learn(proxy);
  const hurried = await ask(proxy, { fields: { 'Request-Timeout': 0.05 } });
  expect(hurried.status).toBe(504);
  expect(holds).toHaveLength(1);
  expect(holds[0]).toBeGreaterThan(0);
  expect(proxy.service.permits.abandoned).toBe(1);
});

test('With --abandoned release a permit is back as soon as its client has left', async () => {
  const backend = await startTestBackend(tireless);
  const flags = { ...atLimit, '--abandoned': 'release' };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  await learn(proxy);
  const client = await send(proxy);
  await backend.waitFor(({ active }) => active === 1);
  client.destroy();
  expect((await proxy.finished()).outcome).toBe('client_gone');
  expect(proxy.service.permits.inFlight).toBe(0);
  await backend.waitFor(({ abandoned }) => abandoned === 1);
});

test('While no call has ended each is held for longer than the one before', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, ...atLimit });
  const holds = holdsOf(proxy);
  for (let i = 1; i <= 3; i++) {
    const client = await send(proxy);
    await backend.waitFor(({ received }) => received === i);
    client.destroy();
    await eventually(() => expect(holds).toHaveLength(i));
    await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
  }
  expect(holds[0]).toBeGreaterThan(0);
  expect(holds[1]).toBeGreaterThan(holds[0] as number);
  expect(holds[2]).toBeGreaterThan(holds[1] as number);
});

test('No permit is held for longer than its request might have taken by --read-timeout', async () => {
  const backend = await startTestBackend({ abandon: 'continue' });
  const readTimeoutMs = 250;
  const flags = { ...atLimit, '--read-timeout': `${readTimeoutMs}ms`, '--max-retries': 0 };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  const holds = holdsOf(proxy);
  await learn(proxy, 1);
  // By these a call takes far longer than one that is waited for may.
  for (let i = 0; i < 3; i++) expect((await ask(proxy, { path: '/?fault=hang' })).status).toBe(504);
  const { remainingWork } = proxy.service.upstreams.all[0] ?? {};
  expect(remainingWork?.estimateMs(0)).toBeGreaterThan(readTimeoutMs);
  const client = await send(proxy, { path: '/?fault=hang' });
  await backend.waitFor(({ received }) => received === 5);
  client.destroy();
  await eventually(() => expect(holds).toHaveLength(1));
  expect(holds[0]).toBeGreaterThan(0);
  expect(holds[0]).toBeLessThanOrEqual(readTimeoutMs);
});

test('An answer that has begun is not held for: the backend notices', async () => {
  const backend = await startTestBackend(tireless);
  const proxy = await startGateway({ '--target': backend.url, ...atLimit });
  const holds = holdsOf(proxy);
  await learn(proxy);
  const client = await send(proxy, { path: '/?fault=hang-body&size=1000' });
  await client.reader.until('\r\n\r\n', 'the head of the answer');
  client.destroy();
  await eventually(() => expect(holds).toEqual([0]));
  expect(proxy.service.permits.inFlight).toBe(0);
});

test('A request that never was at the upstream whole is not held for', async () => {
  const backend = await startTestBackend(tireless);
  const proxy = await startGateway({ '--target': backend.url, ...atLimit });
  const holds = holdsOf(proxy);
  await learn(proxy);
  const fields = { 'Content-Length': 10 };
  const client = await send(proxy, { method: 'POST', path: '/upload', fields, body: 'half' });
  await backend.waitFor(({ active }) => active === 1);
  client.destroy();
  await eventually(() => expect(holds).toEqual([0]));
});

test('Nothing is held for a connection that never stood', async () => {
  const silent = await RawUpstream.start();
  const target = silent.origin.replace('http', 'https');
  const proxy = await startGateway({ '--target': target, ...atLimit });
  const holds = holdsOf(proxy);
  for (let i = 0; i < 5; i++) proxy.service.upstreams.all[0]?.remainingWork.answered(1000);
  const client = await send(proxy);
  await (await silent.accept()).reader.some('a ClientHello');
  client.destroy();
  await eventually(() => expect(holds).toEqual([0]));
});

test('Held permits keep neither a drain waiting nor a timer running', async () => {
  const backend = await startTestBackend({ ...tireless });
  const proxy = await TestGateway.open({ '--target': backend.url, ...atLimit });
  await learn(proxy);
  for (let i = 0; i < 5; i++) proxy.service.upstreams.all[0]?.remainingWork.answered(60_000);
  const client = await send(proxy);
  await backend.waitFor(({ active }) => active === 1);
  client.destroy();
  await proxy.finished();
  expect(proxy.service.permits.abandoned).toBe(1);
  expect(await proxy.running.drain()).toEqual({ cut: 0 });
  expect(proxy.instance.wheel.size).toBe(0);
});
