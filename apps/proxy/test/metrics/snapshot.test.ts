import { metricsSnapshotSchema, outcomeNames } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';

/** What `proxy_server_enhanced.py` showed: dashboards and scripts read these names. */
const pythonFields = [
  'total_requests',
  'successful_requests',
  'failed_requests',
  'timeout_requests',
  'active_requests',
  'queue_rejected',
  'success_rate',
  'avg_response_time',
  'circuit_open',
  'consecutive_failures',
  'queue_size',
  'available_slots',
];

test('/proxy-metrics has every field of the Python version, and follows the contract', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--max-retries': 0 });
  for (const path of ['/', '/?status=404', '/?status=500', '/?fault=reset']) {
    await ask(proxy, { path });
  }
  const response = await ask(proxy, { path: '/proxy-metrics' });
  expect(response.status).toBe(200);
  expect(fieldOf(response, 'content-type')).toBe('application/json');
  expect(fieldOf(response, 'cache-control')).toBe('no-store');

  const json = JSON.parse(response.body.toString());
  expect(Object.keys(json).slice(0, 1)).toEqual(['status']);
  expect(Object.keys(json.metrics).slice(0, pythonFields.length)).toEqual(pythonFields);
  const snapshot = metricsSnapshotSchema.parse(json);
  expect(snapshot.metrics).toMatchObject({
    total_requests: 4,
    successful_requests: 2,
    failed_requests: 2,
    timeout_requests: 0,
    active_requests: 0,
    queue_rejected: 0,
    success_rate: 50,
    circuit_open: false,
    consecutive_failures: 1,
    queue_size: 0,
    available_slots: 50,
    client_aborted: 0,
  });
  expect(snapshot.metrics.avg_response_time).toBeGreaterThan(0);
  expect(Object.keys(snapshot.metrics.outcomes)).toEqual(outcomeNames);
  expect(snapshot.metrics.outcomes).toMatchObject({
    ok: 2,
    upstream_error: 1,
    connection_terminated: 1,
  });
  expect(snapshot.config).toMatchObject({ max_concurrent_requests: 50, read_timeout: 120 });
});

test("The proxy's own paths are not counted, and never forwarded", async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  for (const path of [
    '/proxy-metrics',
    '/proxy-metrics?format=prometheus',
    '/proxy-health',
    '/proxy-health?probe=live',
  ]) {
    expect((await ask(proxy, { path })).status).toBe(200);
  }
  const posted = await ask(proxy, { method: 'POST', path: '/proxy-metrics', body: 'x' });
  expect([posted.status, fieldOf(posted, 'allow')]).toEqual([405, 'GET, HEAD']);
  const head = await ask(proxy, { method: 'HEAD', path: '/proxy-metrics' });
  expect(Number(fieldOf(head, 'content-length'))).toBeGreaterThan(1000);
  expect(proxy.instance.metrics.total).toBe(0);
  expect(backend.stats().received).toBe(0);
});

test.each([
  'http://example.com:99999999/proxy-metrics',
  'http://%/proxy-metrics',
  'http://-:/proxy-health?probe=live',
  '/proxy-dashboard//..//%ff?%ff',
  '/proxy-metrics?format=%',
])('An own path in an odd request target (%s) is answered like any other', async (path) => {
  // The whole process once ended when the URL parser threw.
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  expect([200, 404]).toContain((await ask(proxy, { path })).status);
  expect(backend.stats().received).toBe(0);
});

test('Percentiles, bytes and each part of the time are measured', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  for (let i = 0; i < 10; i++) {
    await ask(proxy, { method: 'POST', path: '/upload', body: 'x'.repeat(1000) });
  }
  const { metrics, upstreams } = proxy.instance.metrics.snapshot();
  for (const name of ['response_time', 'queue_wait', 'first_byte', 'body'] as const) {
    expect(metrics[name].count, name).toBe(10);
    const { p50, p90, p95, p99, max } = metrics[name] as Record<string, number>;
    const rising = [p50, p90, p95, p99, max];
    expect(rising, name).toEqual([...rising].sort((a, b) => Number(a) - Number(b)));
  }
  // The first opened the connection, the others found it open.
  expect(metrics.connect.count).toBe(1);
  expect(metrics.bytes_received).toBe(10_000);
  expect(metrics.bytes_sent).toBeGreaterThan(500);
  expect(metrics.rates.requests['10s']).toBeGreaterThan(0);
  expect(upstreams[0]).toMatchObject({ active: 0, connections: { open: 1, idle: 1 } });
});

test('What has no answer yet counts as active or as queued', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 2 });
  const clients = [];
  for (let i = 0; i < 5; i++) clients.push(await send(proxy));
  await backend.waitFor(({ hanging }) => hanging === 2);
  await proxy.queued(3);
  const response = await ask(proxy, { path: '/proxy-metrics' });
  expect(JSON.parse(response.body.toString()).metrics).toMatchObject({
    total_requests: 5,
    active_requests: 2,
    queue_size: 3,
    available_slots: 0,
  });
  for (const client of clients) client.destroy();
  await backend.waitFor(({ active }) => active === 0);
});
