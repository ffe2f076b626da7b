import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
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

  const { status, reasons, metrics } = proxy.gateway.metrics.snapshot();
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
