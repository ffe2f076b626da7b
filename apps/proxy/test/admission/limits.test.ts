import { problemSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import type { ObservedRequest } from '../../src/observe/observed.ts';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ask, send, startTestBackend } from './ask.ts';

function expectRefusal(response: RawResponse, outcome: string, error: string) {
  expect(response.status).toBe(503);
  expect(fieldOf(response, 'retry-after')).toMatch(/^[1-9]\d*$/);
  expect(fieldOf(response, 'proxy-status')).toBe(`spillway; error=${error}; details="${outcome}"`);
  expect(fieldOf(response, 'content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(JSON.parse(response.body.toString()));
  expect(problem).toMatchObject({ status: 503, outcome });
  expect(problem.request_id).toBe(fieldOf(response, 'x-request-id'));
}

/** A proxy whose only permit is taken, and that lets nobody wait. */
async function startFull() {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 0,
  });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  return { proxy, admitted };
}

test('N requests are at a hanging backend, Q wait, and the next is refused', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 4,
    '--max-queue-size': 3,
  });
  const admitted = await Promise.all(Array.from({ length: 4 }, () => send(proxy)));
  await backend.waitFor(({ hanging }) => hanging === 4);
  const waiting = await Promise.all(Array.from({ length: 3 }, () => send(proxy)));
  await proxy.queued(3);

  expectRefusal(await ask(proxy), 'queue_full', 'connection_limit_reached');
  expectRefusal(
    await ask(proxy, { method: 'POST', body: 'x' }),
    'queue_full',
    'connection_limit_reached',
  );
  expect(backend.stats()).toMatchObject({ received: 4, active: 4, hanging: 4 });
  const { metrics } = proxy.instance.metrics.snapshot();
  expect(metrics).toMatchObject({
    active_requests: 4,
    queue_size: 3,
    available_slots: 0,
    queue_rejected: 2,
  });

  backend.behave({ fault: '' });
  backend.releaseAll();
  for (const client of [...admitted, ...waiting]) {
    expect((await client.readResponse()).status).toBe(200);
    client.destroy();
  }
  expect(backend.stats()).toMatchObject({ received: 7, maxActive: 4, finished: 7 });
});

test('No rush of clients brings more than N requests to the backend', async () => {
  const backend = await startTestBackend({ latency: 'exponential:3ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 7,
    '--max-queue-size': 300,
  });
  const answers = await Promise.all(Array.from({ length: 300 }, () => ask(proxy)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(backend.stats()).toMatchObject({ received: 300, maxActive: 7 });
});

test('Without a queue the request after the N-th is refused', async () => {
  const { proxy, admitted } = await startFull();
  expectRefusal(await ask(proxy), 'queue_full', 'connection_limit_reached');
  admitted.destroy();
});

test('A refused request whose body then breaks off is counted once', async () => {
  // It once counted as refused, and again as unreadable.
  const { proxy, admitted } = await startFull();
  const refused = await send(proxy, {
    method: 'POST',
    fields: { 'Content-Length': 10 },
    body: 'half',
  });
  expect((await refused.readResponse('POST')).status).toBe(503);
  expect((await proxy.finished()).outcome).toBe('queue_full');
  refused.end();
  await refused.reader.toEnd('the end');
  expect(refused.reader.unread.length).toBe(0);
  admitted.destroy();
  expect((await proxy.finished()).outcome).toBe('client_gone');
  expect(proxy.instance.metrics.snapshot().metrics).toMatchObject({
    total_requests: 2,
    outcomes: { queue_full: 1, client_gone: 1, client_error: 0 },
  });
});

test('A refusal is out within 10 ms of its request', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 20,
    '--max-queue-size': 20,
  });
  const held = await Promise.all(Array.from({ length: 40 }, () => send(proxy)));
  await proxy.queued(20);

  // From the parsed head to the flushed answer, in the proxy; the least of many, because the machine
  // may be busy with something else at any one of them.
  const startedAt = new Map<ObservedRequest, number>();
  const tookMs: number[] = [];
  proxy.instance.events.on('request_started', (exchange) => {
    startedAt.set(exchange, performance.now());
  });
  proxy.instance.events.on('request_finished', (exchange) => {
    if (exchange.outcome !== 'queue_full') return;
    tookMs.push(performance.now() - (startedAt.get(exchange) as number));
  });
  for (let i = 0; i < 50; i++) expect((await ask(proxy)).status).toBe(503);
  await eventually(() => expect(tookMs).toHaveLength(50));
  expect(Math.min(...tookMs)).toBeLessThan(10);

  for (const client of held) client.destroy();
});

test('The queue is first come, first served', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 10,
  });
  const names = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];
  const clients = [];
  for (const [i, name] of names.entries()) {
    clients.push(await send(proxy, { fields: { 'X-Request-Id': name } }));
    if (i === 0) await backend.waitFor(({ hanging }) => hanging === 1);
    else await proxy.queued(i);
  }
  const served: string[] = [];
  for (const _ of names) {
    await backend.waitFor(({ hanging }) => hanging === 1);
    backend.releaseAll();
    served.push((await proxy.finished()).id);
  }
  expect(served).toEqual(names);
  for (const client of clients) client.destroy();
});

test('A permit that comes free goes to the head of the queue and not to a newcomer', async () => {
  const backend = await startTestBackend({ latency: '1ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 1000,
  });
  // Newcomers keep arriving while others wait: whoever came earlier has to end earlier.
  const arrived: string[] = [];
  proxy.instance.events.on('request_started', ({ id }) => arrived.push(id));
  const answers = Array.from({ length: 100 }, async (_, i) => {
    if (i >= 50) await backend.waitFor(({ finished }) => finished >= i - 45);
    return ask(proxy, { fields: { 'X-Request-Id': `n${i}` } });
  });
  await Promise.all(answers);
  const served = await Promise.all(arrived.map(async () => (await proxy.finished()).id));
  expect(served).toEqual(arrived);
});
