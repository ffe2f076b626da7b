import { afterEach, expect, it } from 'vitest';
import { get, sendRaw } from '../test/raw-client.ts';
import { type Backend, type BackendOptions, startBackend } from './backend.ts';

let backend: Backend;
const start = async (options: BackendOptions) => {
  backend = await startBackend(options);
};
afterEach(() => backend.close());

const send = (path: string) => sendRaw(backend.port, get(path));
const statusOf = async (path = '/') => (await fetch(backend.url + path)).status;

it('works on N requests at once and queues the others in order', async () => {
  await start({ workers: 2, fault: 'hang' });
  const answers = [1, 2, 3, 4, 5].map(() => statusOf());
  expect(await backend.waitFor(({ received }) => received === 5)).toMatchObject({
    active: 2,
    queued: 3,
  });
  backend.behave({ fault: 'none', workers: null });
  await backend.waitFor(({ hanging }) => hanging === 5);
  backend.releaseAll();
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 200, 200]);
  expect(backend.stats()).toMatchObject({ finished: 5, maxActive: 5, maxQueued: 3, queued: 0 });
});

it('refuses with 503 and Retry-After beyond its queue', async () => {
  await start({ workers: 1, queue: 1, fault: 'hang' });
  send('/a');
  send('/b');
  await backend.waitFor(({ queued }) => queued === 1);
  const refused = await fetch(backend.url);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  expect(backend.stats()).toMatchObject({ active: 1, queued: 1, refused: 1 });
});

it('stops work for a client that leaves, and gives the worker to the next', async () => {
  await start({ workers: 1, latency: '1h' });
  const first = send('/first');
  send('/second');
  const third = send('/third');
  await backend.waitFor(({ queued }) => queued === 2);
  third.destroy();
  await backend.waitFor(({ aborted }) => aborted === 1);
  first.destroy();
  const stats = await backend.waitFor(({ aborted }) => aborted === 2);
  expect(stats.queued).toBe(1);
  expect(await backend.waitFor(({ started }) => started === 2)).toMatchObject({
    active: 1,
    queued: 0,
  });
});

it('goes on working for clients that left when abandon is continue', async () => {
  await start({ workers: 1, fault: 'hang', abandon: 'continue' });
  const working = send('/working');
  const queued = send('/queued');
  await backend.waitFor((stats) => stats.queued === 1 && stats.hanging === 1);
  working.destroy();
  queued.destroy();
  expect(await backend.waitFor(({ abandoned }) => abandoned === 2)).toMatchObject({
    active: 1,
    queued: 1,
    aborted: 0,
  });
  backend.releaseAll();
  expect(await backend.waitFor(({ aborted }) => aborted === 2)).toMatchObject({
    started: 2,
    active: 0,
    abandoned: 0,
  });
});

it('counts every request exactly once under mixed faults and leavers', async () => {
  await start({
    workers: 8,
    queue: 40,
    latency: 'exponential:2ms',
    fault: 'reset@0.1,close@0.1,reset-body@0.1,truncated-length@0.1',
    status: '503@0.1',
    size: 100,
  });
  const total = 400;
  for (let n = 0; n < total; n++) {
    const socket = send('/x');
    if (n % 7 === 0) socket.on('connect', () => setImmediate(() => socket.destroy()));
    socket.on('data', () => socket.destroy());
  }
  // A client may leave before its request is read, which is no request.
  const stats = await backend.waitFor(
    ({ totalConnections, connections, active, queued }) =>
      totalConnections === total && connections === 0 && active === 0 && queued === 0,
  );
  const { finished, aborted, broken, refused } = stats;
  expect(finished + aborted + broken + refused).toBe(stats.received);
  expect(stats.received).toBeGreaterThan(total / 2);
  expect(stats.maxActive).toBeLessThanOrEqual(8);
  expect(stats.maxQueued).toBeLessThanOrEqual(40);
});

it('repeats outcomes for the same seed, in the stated share', async () => {
  await start({ status: '503@0.3', seed: 11 });
  const run = async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 300; n++) statuses.push(await statusOf());
    return statuses;
  };
  const first = await run();
  backend.reset();
  expect(await run()).toEqual(first);
  const errors = first.filter((status) => status === 503).length;
  expect(errors).toBeGreaterThan(60);
  expect(errors).toBeLessThan(120);
});

it('keeps its sums when reset in the middle of work', async () => {
  await start({ workers: 1, latency: '1h' });
  send('/a');
  const queued = send('/b');
  await backend.waitFor((stats) => stats.queued === 1);
  backend.reset();
  expect(backend.stats()).toMatchObject({ received: 2, active: 1, queued: 1, maxActive: 1 });
  queued.destroy();
  expect(await backend.waitFor(({ aborted }) => aborted === 1)).toMatchObject({ received: 2 });
});

it('answers with an error status in the time of its own, and all others in theirs', async () => {
  await start({ status: '503@0.5', latency: '1h', errorLatency: '0ms' });
  const answers = Array.from({ length: 20 }, () => statusOf().catch(() => 'left'));
  // Those that work for an hour are all that is left.
  const { finished, active } = await backend.waitFor(
    (stats) => stats.received === 20 && stats.finished + stats.active === 20 && stats.finished > 0,
  );
  expect(finished).toBeGreaterThan(0);
  expect(active).toBeGreaterThan(0);
  await backend.close();
  const seen = await Promise.all(answers);
  expect(seen.filter((status) => status === 503)).toHaveLength(
    20 - seen.filter((status) => status === 'left').length,
  );
});
