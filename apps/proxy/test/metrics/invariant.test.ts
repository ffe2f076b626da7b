import { metricsSnapshotSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { bytesOfRequest, startTestBackend } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import { startGateway } from '../kit/test-gateway.ts';

test('Every request is in exactly one count at every moment of a faulty rush', async () => {
  const backend = await startTestBackend({
    latency: 'exponential:2ms',
    fault: 'reset@0.05,close@0.05,garbage@0.02,truncated-length@0.05,hang@0.03',
    status: '503@0.1',
    size: 100,
  });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 4,
    '--max-queue-size': 8,
    '--queue-timeout': '80ms',
    '--read-timeout': '100ms',
    '--circuit-breaker-threshold': 20,
    '--circuit-breaker-timeout': '20ms',
  });
  // Counted beside the metrics, by what the clients did and by the events of each request.
  const live = new Set<unknown>();
  proxy.instance.events.on('request_started', (exchange) => live.add(exchange));
  proxy.instance.events.on('request_finished', (exchange) => live.delete(exchange));
  let sent = 0;
  let polls = 0;

  const clients = Array.from({ length: 30 }, async (_, i) => {
    for (let n = 0; n < 30; n++) {
      const client = await RawClient.open(proxy.port);
      sent += 1;
      await client.send(bytesOfRequest(n % 3 === 0 ? { method: 'POST', body: 'x' } : {}));
      // Every fourth client leaves, each a little later than the one before.
      if ((n + i) % 4 === 0) for (let turn = 0; turn < n % 5; turn++) await turnOfLoop();
      else await client.readResponse().catch(() => {});
      client.destroy();
    }
  });

  const rush = Promise.all(clients).then(() => true);
  const poll = await RawClient.open(proxy.port);
  let lastTotal = 0;
  for (let over = false; !over; polls++) {
    await poll.send('GET /proxy-metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const { body } = await poll.readResponse();
    const { metrics: m } = metricsSnapshotSchema.parse(JSON.parse(body.toString()));
    const finished = m.successful_requests + m.failed_requests + m.client_aborted;
    expect(m.total_requests).toBe(finished + m.active_requests + m.queue_size);
    expect(m.total_requests).toBeGreaterThanOrEqual(lastTotal);
    expect(m.failed_requests).toBeGreaterThanOrEqual(m.timeout_requests);
    expect(m.failed_requests).toBeGreaterThanOrEqual(m.queue_rejected);
    expect(Object.values(m.outcomes).reduce((sum, count) => sum + count, 0)).toBe(finished);
    expect(m.available_slots).toBeLessThanOrEqual(4);
    expect(m.queue_size).toBeLessThanOrEqual(8);
    lastTotal = m.total_requests;
    const now = proxy.instance.metrics.snapshot().metrics;
    expect(now.active_requests + now.queue_size).toBe(live.size);
    over = await Promise.race([rush, turnOfLoop()]);
  }
  poll.destroy();
  await proxy.nothingLeft();

  const { metrics } = proxy.instance.metrics.snapshot();
  expect(metrics.total_requests).toBe(sent);
  expect(metrics.outcomes.ok).toBeGreaterThan(0);
  expect(metrics.outcomes.client_gone).toBeGreaterThan(0);
  expect(live.size).toBe(0);
  expect(polls).toBeGreaterThan(10);
});

const turnOfLoop = () => new Promise<false>((resolve) => setImmediate(() => resolve(false)));
