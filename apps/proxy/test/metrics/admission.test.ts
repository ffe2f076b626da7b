import { type AdmissionSnapshot, metricsSnapshotSchema } from '@spillway/contracts';
import { snapshotWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { Crowd } from '../diagnosis/crowd.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

/** As a watcher reads it. */
async function admissionOf(proxy: TestGateway): Promise<AdmissionSnapshot> {
  const { body } = await ask(proxy, { path: '/proxy-metrics' });
  return metricsSnapshotSchema.parse(JSON.parse(body.toString())).admission;
}

const shownBy = ({ instance }: TestGateway): AdmissionSnapshot =>
  instance.metrics.snapshot().admission;

test('A proxy that nothing is configured of and nobody asks is in every respect at rest', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url });
  expect(await admissionOf(proxy)).toEqual(snapshotWith().admission);
});

test('Who holds, who waits and what is reserved is told by class', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 5,
    '--priority-class': ['high=40%', 'low=0%'],
    '--priority-header': 'x-class',
  });
  const classes = ['high', 'other', 'other', 'other', 'other', 'low'];
  const clients = [];
  for (const name of classes) clients.push(await send(proxy, { fields: { 'X-Class': name } }));
  await proxy.queued(2);
  expect((await admissionOf(proxy)).classes).toEqual([
    { name: 'default', reserved: 0, in_flight: 3, queued: 1 },
    { name: 'high', reserved: 2, in_flight: 1, queued: 0 },
    { name: 'low', reserved: 0, in_flight: 0, queued: 1 },
  ]);
  for (const client of clients) client.destroy();
});

test('Refusals are counted by reason, with the keys that are known', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 1,
    '--queue-order': 'fifo',
    '--fairness-key': 'header:x-key',
    '--max-per-key': 1,
  });
  const held = [];
  for (const key of ['a', 'b']) held.push(await send(proxy, { fields: { 'X-Key': key } }));
  await proxy.queued(1);
  expect((await ask(proxy, { fields: { 'X-Key': 'b' } })).status).toBe(429);
  expect((await ask(proxy, { fields: { 'X-Key': 'c' } })).status).toBe(503);
  const { refusals, keys, order } = await admissionOf(proxy);
  expect(refusals).toMatchObject({ key_limit: 1, queue_full: 1, overloaded: 0 });
  expect(keys).toBe(3);
  expect(order).toEqual({ configured: 'fifo', in_force: 'fifo' });
  for (const client of held) client.destroy();
});

test('Whoever would wait longer than anybody may is counted as one that can not be served in time', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--max-queue-size': 200,
    '--queue-timeout': '5s',
    '--queue-order': 'fifo',
  });
  const crowd = [];
  for (let i = 0; i < 200; i++) crowd.push(await send(proxy));
  // By then it is known how fast the line moves.
  await eventually(() => expect(proxy.service.traffic.counts.successful).toBeGreaterThan(9));
  expect((await admissionOf(proxy)).estimated_wait).toBeGreaterThan(5);
  const { status, body } = await ask(proxy);
  expect([status, JSON.parse(body.toString()).outcome]).toEqual([503, 'deadline_unreachable']);
  expect((await admissionOf(proxy)).refusals.deadline_unreachable).toBe(1);
  for (const client of crowd) client.destroy();
});

test('A permit that outlives its client is shown as abandoned', async () => {
  const backend = await startTestBackend({ latency: '50ms' });
  const proxy = await startGateway({ '--target': backend.url });
  for (let i = 0; i < 10; i++) await ask(proxy);
  const client = await send(proxy, { path: '/?fault=hang' });
  await backend.waitFor(({ hanging }) => hanging === 1);
  client.destroy();
  await eventually(() => expect(shownBy(proxy).abandoned).toBe(1));
});

test('The limit tells where it is, how it was found and why it moved last', async () => {
  const backend = await startTestBackend({ status: '503', latency: '20ms' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 'auto',
    '--auto-max': 30,
    '--max-retries': 0,
    '--circuit-breaker-threshold': 0,
  });
  const { limit: first } = await admissionOf(proxy);
  expect(first).toMatchObject({ configured: 'auto', algorithm: 'paced', last_change: null });
  expect(first.now).toBe(proxy.service.permits.limit);
  const crowd = Crowd.start(proxy.port, { clients: 60 });
  await eventually(() => expect(shownBy(proxy).limit.last_change).not.toBeNull());
  await crowd.stop();
  const { now, last_change: change } = (await admissionOf(proxy)).limit;
  expect(change).toMatchObject({ to: now, reason: 'drops' });
  expect(change?.from).toBeGreaterThan(now);
  expect(now).toBeLessThan(first.now);
  expect(change?.seconds_ago).toBeLessThan(30);
});

test('Retries that the budget refuses are counted, and one that is not bounded over time has no number', async () => {
  const backend = await startTestBackend({ status: '503' });
  const few = await startGateway({
    '--target': backend.url,
    '--circuit-breaker-threshold': 0,
    '--retry-budget': '0%',
  });
  await Promise.all(Array.from({ length: 30 }, () => ask(few)));
  expect((await admissionOf(few)).retry_budget.refused).toBeGreaterThan(0);
  const many = await startGateway({ '--target': backend.url, '--retry-budget': '100%' });
  expect((await admissionOf(many)).retry_budget).toEqual({ tokens: null, retrying: 0, refused: 0 });
});

test('A proxy with too many connections says so, and how much it sheds', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--max-client-connections': 5 });
  const clients = await Promise.all(Array.from({ length: 5 }, () => proxy.connect()));
  await eventually(() => {
    const { shedding } = shownBy(proxy);
    expect(shedding?.resource).toBe('connections');
    expect(shedding?.share).toBeGreaterThan(0.5);
  });
  for (const client of clients) client.destroy();
});
