import { expect, test } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

test('An idle upstream connection is closed after the idle timeout, whatever the upstream offers', async () => {
  // The upstream's `Keep-Alive: timeout=60` once won.
  const backend = await startTestBackend({ keepAliveTimeoutMs: 60_000 });
  const proxy = await startGateway({ '--target': backend.url, '--pool-idle-timeout': '50ms' });
  await ask(proxy);
  expect(backend.stats().totalConnections).toBe(1);
  await backend.waitFor(({ connections }) => connections === 0);
  await eventually(() =>
    expect(proxy.service.upstreams.all[0]?.pool.stats()).toMatchObject({ open: 0, idle: 0 }),
  );
});

test('No more connections stay idle than are to', async () => {
  const backend = await startTestBackend({ latency: '5ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--pool-connections': 3,
    '--pool-idle-timeout': '1h',
  });
  await Promise.all(Array.from({ length: 30 }, () => ask(proxy)));
  expect(backend.stats().maxConnections).toBeGreaterThan(3);
  await backend.waitFor(({ connections }) => connections === 3);
  expect(proxy.service.upstreams.all[0]?.pool.stats()).toMatchObject({ open: 3, idle: 3 });
});

test('An upstream never sees more connections than the pool may have', async () => {
  const backend = await startTestBackend({ latency: '2ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--pool-maxsize': 4,
    '--max-concurrent-requests': 20,
  });
  await Promise.all(Array.from({ length: 60 }, () => ask(proxy)));
  expect(backend.stats()).toMatchObject({ received: 60, maxConnections: 4 });
});
