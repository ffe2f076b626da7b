import { healthSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { openBriefly, openForLong, untilProbing } from '../breaker/breaker-of.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { parsePrometheus } from './prometheus-parser.ts';

async function health(proxy: TestGateway, query = '') {
  const response = await ask(proxy, { path: `/proxy-health${query}` });
  return { code: response.status, ...healthSchema.parse(JSON.parse(response.body.toString())) };
}

test('A proxy that can serve is healthy, and says where it forwards', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  expect(await health(proxy)).toMatchObject({
    code: 200,
    status: 'healthy',
    reasons: [],
    targets: [backend.url],
    demo: false,
  });
});

test('An open breaker makes it unhealthy, though it lives', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({ '--target': backend.url, ...openForLong });
  for (let i = 0; i < 3; i++) await ask(proxy);
  expect(await health(proxy)).toMatchObject({
    code: 503,
    status: 'unhealthy',
    reasons: [`breaker of ${backend.url} is open, next probe in 3600 s`],
  });
  expect(await health(proxy, '?probe=live')).toMatchObject({ code: 200, status: 'unhealthy' });
});

test('It is ready again as soon as a probe may go: without traffic nothing would close the breaker', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({ '--target': backend.url, ...openBriefly });
  for (let i = 0; i < 3; i++) await ask(proxy);
  await untilProbing(proxy);
  expect(await health(proxy)).toMatchObject({
    code: 200,
    status: 'degraded',
    reasons: [`breaker of ${backend.url} is probing`],
  });
});

test('A queue that fills up degrades it', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 5,
  });
  const clients = [];
  for (let i = 0; i < 5; i++) clients.push(await send(proxy));
  await proxy.queued(4);
  expect(await health(proxy)).toMatchObject({
    code: 200,
    status: 'degraded',
    reasons: ['queue at 4 of 5'],
  });
  for (const client of clients) client.destroy();
});

test('Failures of the last minute degrade it, once there are enough requests to judge by', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  for (let i = 0; i < 19; i++) await ask(proxy, { path: i < 2 ? '/?status=500' : '/' });
  expect((await health(proxy)).status).toBe('healthy');
  await ask(proxy);
  expect(await health(proxy)).toMatchObject({
    code: 200,
    status: 'degraded',
    reasons: ["10 % of the last minute's requests failed"],
  });
});

test('A draining proxy is not ready, says so, and asks its clients to reconnect elsewhere', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url });
  const held = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const drained = proxy.running.drain();
  expect(await health(proxy)).toMatchObject({ code: 503, status: 'draining' });
  expect(await health(proxy, '?probe=live')).toMatchObject({ code: 200, status: 'draining' });
  // Seen: the metric said "healthy".
  const { body } = await ask(proxy, { path: '/proxy-metrics?format=prometheus' });
  const states = parsePrometheus(body.toString()).get('spillway_health')?.samples ?? [];
  const [now, ...others] = states.filter(({ value }) => value === 1);
  expect(now?.labels).toEqual({ status: 'draining' });
  expect(others).toEqual([]);
  backend.releaseAll();
  expect((await held.readResponse()).status).toBe(200);
  expect(await drained).toEqual({ cut: 0 });
  await eventually(() => expect(proxy.running.server.listening).toBe(false));
  held.destroy();
});
