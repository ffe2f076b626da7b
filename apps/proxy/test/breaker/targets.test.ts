import type { Backend } from '@spillway/backend';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { breakerOf, openForLong } from './breaker-of.ts';

test('One broken target opens its own breaker, and all traffic goes to the other', async () => {
  const broken = await startTestBackend({ status: '503' });
  const sound = await startTestBackend();
  const proxy = await startGateway({ '--target': [broken.url, sound.url], ...openForLong });
  let failures = 0;
  for (let i = 0; i < 20; i++) if ((await ask(proxy)).status !== 200) failures += 1;
  expect(failures).toBe(3);
  expect(broken.stats().received).toBe(3);
  expect(sound.stats().received).toBe(17);
  expect([breakerOf(proxy, 0).state.name, breakerOf(proxy, 1).state.name]).toEqual([
    'open',
    'closed',
  ]);

  const { status, reasons, metrics } = proxy.instance.metrics.snapshot();
  expect(status).toBe('degraded');
  expect(reasons.join()).toContain(`breaker of ${broken.url} is open`);
  expect(metrics.circuit_open).toBe(false);
});

test('A retry goes to a target that works', async () => {
  const broken = await startTestBackend({ fault: 'reset' });
  const sound = await startTestBackend();
  const proxy = await startGateway({
    '--target': [broken.url, sound.url],
    ...openForLong,
    '--max-retries': 2,
  });
  for (let i = 0; i < 10; i++) expect((await ask(proxy)).status).toBe(200);
  expect(broken.stats().received).toBe(3);
});

const retriesAlone = {
  '--circuit-breaker-threshold': 0,
  '--max-retries': 2,
  '--retry-budget': '100%',
  '--outlier-max-ejected': '0%',
};

test('A retry goes to another target than the attempt before, though that is the least busy (seen: 51 of 200 answered 502)', async () => {
  const broken = await startTestBackend({ fault: 'reset' });
  const sound = await startTestBackend();
  const proxy = await startGateway({ '--target': [sound.url, broken.url], ...retriesAlone });
  const held = await holdOne(proxy, sound);
  for (let i = 0; i < 10; i++) {
    const before = broken.stats().received;
    expect((await ask(proxy)).status).toBe(200);
    expect(broken.stats().received).toBe(before + 1);
  }
  held.destroy();
});

test('Of three targets a retry goes to the one that was not tried', async () => {
  const broken = [
    await startTestBackend({ fault: 'reset' }),
    await startTestBackend({ fault: 'reset' }),
  ] as const;
  const sound = await startTestBackend();
  const proxy = await startGateway({
    '--target': [sound.url, broken[0].url, broken[1].url],
    ...retriesAlone,
  });
  const held = await holdOne(proxy, sound);
  for (let i = 0; i < 10; i++) expect((await ask(proxy)).status).toBe(200);
  held.destroy();
});

test.each([
  ['the only one', {}, false],
  ['the only one whose breaker lets it', { '--circuit-breaker-threshold': 1 }, true],
])('A retry goes to the same target again when that is %s', async (_which, flags, tripped) => {
  const first = await startTestBackend();
  const second = await startTestBackend();
  const targets = tripped ? [first.url, second.url] : [first.url];
  const proxy = await startGateway({
    '--target': targets,
    ...retriesAlone,
    '--circuit-breaker-timeout': '1h',
    ...flags,
  });
  if (tripped) breakerOf(proxy, 1).settle(breakerOf(proxy, 1).acquire(), 'failure');
  // 429 with a Retry-After is retried, and does not count against the breaker.
  first.behave({ status: '429', retryAfter: '0' });
  expect((await ask(proxy)).status).toBe(429);
  expect([first.stats().received, second.stats().received]).toEqual([3, 0]);
});

test('A retry goes to the same target again while the other has no connection to spare', async () => {
  const broken = await startTestBackend({ fault: 'reset' });
  const full = await startTestBackend();
  const proxy = await startGateway({
    '--target': [full.url, broken.url],
    ...retriesAlone,
    '--pool-maxsize': 1,
  });
  const held = await holdOne(proxy, full);
  const before = broken.stats().received;
  expect((await ask(proxy)).status).toBe(502);
  expect(broken.stats().received).toBe(before + 3);
  held.destroy();
});

test('Nobody in the queue is sent away while another target works', async () => {
  const broken = await startTestBackend({ fault: 'hang' });
  const sound = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': [broken.url, sound.url],
    ...openForLong,
    '--circuit-breaker-threshold': 1,
    '--max-concurrent-requests': 2,
  });
  const admitted = [await send(proxy), await send(proxy)];
  await broken.waitFor(({ hanging }) => hanging === 1);
  await sound.waitFor(({ hanging }) => hanging === 1);
  const waiting = await send(proxy);
  await proxy.queued(1);
  sound.behave({ fault: '' });
  broken.server.closeAllConnections();
  expect((await waiting.readResponse()).status).toBe(200);
  expect(breakerOf(proxy, 0).state.name).toBe('open');
  sound.releaseAll();
  for (const client of [...admitted, waiting]) client.destroy();
});

test('The least busy target gets the next request', async () => {
  const backends = [
    await startTestBackend({ fault: 'hang' }),
    await startTestBackend({ fault: 'hang' }),
  ];
  const proxy = await startGateway({ '--target': backends.map(({ url }) => url), ...openForLong });
  const held = await send(proxy);
  const hanging = ({ hanging }: { hanging: number }) => hanging === 1;
  const busy = await Promise.race(
    backends.map(async (backend) => {
      await backend.waitFor(hanging).catch(() => {});
      return backend;
    }),
  );
  for (const backend of backends) backend.behave({ fault: '' });
  for (let i = 0; i < 10; i++) expect((await ask(proxy)).status).toBe(200);
  expect(busy.stats().received).toBe(1);
  held.destroy();
});

/** Makes the first target, where the first request goes, busier than the others. */
async function holdOne(proxy: TestGateway, first: Backend): Promise<RawClient> {
  const client = await send(proxy, { path: '/?fault=hang' });
  await first.waitFor(({ hanging }) => hanging === 1);
  return client;
}
