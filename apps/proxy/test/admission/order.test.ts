import { request } from 'node:http';
import type { Backend } from '@spillway/backend';
import { expect, onTestFinished, test } from 'vitest';
import type { Flags } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { type Asking, ask, send, startTestBackend } from './ask.ts';

interface Busy {
  readonly backend: Backend;
  readonly proxy: TestGateway;
}

/** One permit, which a first request holds. */
async function startBusy(flags: Flags, first: Asking = {}): Promise<Busy> {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 20,
    ...flags,
  });
  const client = await send(proxy, first);
  onTestFinished(() => client.destroy());
  await backend.waitFor(({ hanging }) => hanging === 1);
  return { backend, proxy };
}

/** Puts them in line one after the other, and tells in which order they are served. */
async function servedOrder({ backend, proxy }: Busy, line: Record<string, Asking>) {
  const clients: RawClient[] = [];
  for (const [name, asking] of Object.entries(line)) {
    const fields = { ...asking.fields, 'X-Request-Id': name };
    clients.push(await send(proxy, { ...asking, fields }));
    await proxy.queued(clients.length);
  }
  const served: string[] = [];
  for (let i = 0; i <= clients.length; i++) {
    await backend.waitFor(({ hanging }) => hanging === 1);
    backend.releaseAll();
    served.push((await proxy.finished()).id);
  }
  for (const client of clients) client.destroy();
  return served.slice(1);
}

test.each([
  ['fifo', ['a', 'b', 'c', 'd']],
  ['lifo', ['d', 'c', 'b', 'a']],
  ['adaptive', ['a', 'b', 'c', 'd']],
])('--queue-order %s serves a calm line in that order', async (order, expected) => {
  const busy = await startBusy({ '--queue-order': order });
  expect(await servedOrder(busy, { a: {}, b: {}, c: {}, d: {} })).toEqual(expected);
});

const classes = { '--priority-class': ['high=0%', 'middle=0%'] };

test.each<[string, Flags, Record<string, Asking>]>([
  [
    'a field',
    { '--priority-header': 'X-Priority' },
    {
      low: { fields: { 'X-Priority': 'unheard-of' } },
      middle: { fields: { 'X-Priority': 'middle' } },
      high: { fields: { 'x-priority': 'high' } },
    },
  ],
  [
    'their path',
    { '--priority-path': ['high=/checkout/', 'middle=/cart'] },
    {
      low: { path: '/checkout' },
      middle: { path: '/cart?all' },
      high: { path: '/checkout/pay' },
    },
  ],
  [
    'the path of absolute targets',
    { '--priority-path': ['high=/checkout/', 'middle=/ca', 'high=/cart'] },
    {
      low: { path: 'http://cart' },
      middle: { path: 'HTTP://test/cart' },
      high: { path: 'http://test:80/checkout/pay' },
    },
  ],
  [
    'their API key',
    { '--api-key-header': 'X-API-Key', '--priority-key': ['high=team-a', 'middle=team-b'] },
    {
      low: { fields: { 'X-API-Key': 'team-c' } },
      middle: { fields: { 'X-API-Key': 'team-b' } },
      high: { fields: { 'X-API-Key': 'team-a' } },
    },
  ],
])(
  'Classes told by %s go first in the order in which they are named',
  async (_how, flags, line) => {
    const busy = await startBusy({ ...classes, ...flags });
    expect(await servedOrder(busy, { ...line, last: {} })).toEqual([
      'high',
      'middle',
      'low',
      'last',
    ]);
  },
);

test('What is reserved for a class stays free for it', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 4,
    '--priority-class': 'high=25%',
    '--priority-header': 'X-Priority',
  });
  const ordinary = [];
  for (let i = 0; i < 4; i++) ordinary.push(await send(proxy));
  await backend.waitFor(({ hanging }) => hanging === 3);
  await proxy.queued(1);
  expect(proxy.service.permits.available).toBe(1);
  const high = await send(proxy, { fields: { 'X-Priority': 'high' } });
  await backend.waitFor(({ hanging }) => hanging === 4);
  expect(proxy.service.permits).toMatchObject({ queued: 1, inFlightByClass: [3, 1] });
  for (const client of [...ordinary, high]) client.destroy();
});

test('One of a higher class takes the place of another in a full line', async () => {
  const { proxy } = await startBusy({
    ...classes,
    '--priority-header': 'X-Priority',
    '--max-queue-size': 1,
  });
  const low = await send(proxy);
  await proxy.queued(1);
  const high = await send(proxy, { fields: { 'X-Priority': 'high' } });
  const displaced = await low.readResponse();
  expect(displaced.status).toBe(503);
  expect(JSON.parse(displaced.body.toString()).outcome).toBe('displaced');
  expect(fieldOf(displaced, 'retry-after')).toMatch(/^[1-9]\d*$/);
  expect(proxy.service.permits.queuedByClass).toEqual([0, 1, 0]);
  low.destroy();
  high.destroy();
});

test('Who asks seldom does not wait behind all that another key has in line', async () => {
  const busy = await startBusy(
    { '--fairness-key': 'header:X-Key' },
    { fields: { 'X-Key': 'busy' } },
  );
  const of = (key: string): Asking => ({ fields: { 'X-Key': key } });
  const line = { b1: of('busy'), b2: of('busy'), b3: of('busy'), seldom: of('seldom') };
  expect(await servedOrder(busy, line)).toEqual(['seldom', 'b1', 'b2', 'b3']);
});

test('A key that holds and awaits --max-per-key is told 429, others are not', async () => {
  const { backend, proxy } = await startBusy(
    { '--fairness-key': 'header:X-Key', '--max-per-key': 2 },
    { fields: { 'X-Key': 'a' } },
  );
  const waiting = await send(proxy, { fields: { 'X-Key': 'a' } });
  await proxy.queued(1);
  const refused = await ask(proxy, { fields: { 'X-Key': 'a' } });
  expect(refused.status).toBe(429);
  expect(JSON.parse(refused.body.toString()).outcome).toBe('key_limit');
  expect(fieldOf(refused, 'proxy-status')).toContain('error=connection_limit_reached');
  expect(fieldOf(refused, 'retry-after')).toMatch(/^[1-9]\d*$/);
  const others = [await send(proxy, { fields: { 'X-Key': 'b' } }), await send(proxy)];
  await proxy.queued(3);
  expect(backend.stats().received).toBe(1);
  for (const client of [waiting, ...others]) client.destroy();
});

test('A key has its places again once its requests are over', async () => {
  const backend = await startTestBackend();
  const flags = { '--fairness-key': 'header:X-Key', '--max-per-key': 1 };
  const proxy = await startGateway({ '--target': backend.url, ...flags });
  for (let i = 0; i < 3; i++) {
    expect((await ask(proxy, { fields: { 'X-Key': 'a' } })).status).toBe(200);
    await proxy.finished();
  }
});

test('By --fairness-key address each address is a key', async () => {
  const { proxy } = await startBusy({ '--fairness-key': 'address', '--max-per-key': 1 });
  expect((await ask(proxy)).status).toBe(429);
  const elsewhere = request({ port: proxy.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  elsewhere.on('error', () => {}).end();
  await proxy.queued(1);
  elsewhere.destroy();
});

test('By --fairness-key address each client behind a --trusted-proxy is a key', async () => {
  const of = (client: string): Asking => ({ fields: { 'X-Forwarded-For': client } });
  const flags = { '--fairness-key': 'address', '--max-per-key': 1 };
  const { proxy } = await startBusy(
    { ...flags, '--trusted-proxy': '127.0.0.0/8' },
    of('192.0.2.1'),
  );
  const other = await send(proxy, of('192.0.2.2'));
  await proxy.queued(1);
  expect((await ask(proxy, of('192.0.2.9, 192.0.2.1'))).status).toBe(429);
  other.destroy();
});

test('By --fairness-key address nobody makes up keys in X-Forwarded-For', async () => {
  const { proxy } = await startBusy({ '--fairness-key': 'address', '--max-per-key': 1 });
  const made = { fields: { 'X-Forwarded-For': '192.0.2.2' } };
  expect((await ask(proxy, made)).status).toBe(429);
});
