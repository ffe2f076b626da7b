import { formatProblem } from '@spillway/options';
import { expect, onTestFinished, test } from 'vitest';
import { Reloader, type ReloadResult } from '../../src/instance/reloader.ts';
import { ask, send } from '../admission/ask.ts';
import { ok } from '../kit/cases.ts';
import { resolutionOf } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

interface Reloadable {
  readonly proxy: TestGateway;
  readonly upstream: RawUpstream;
  reload(file: object): ReloadResult;
}

/** A proxy with this file, and one target that answers only when it is told to. */
async function start(fileFor: (target: string) => object): Promise<Reloadable> {
  const upstream = await RawUpstream.start();
  let file = fileFor(upstream.origin);
  const proxy = await startGateway({}, file);
  const reloader = new Reloader(proxy.instance, () =>
    resolutionOf({ '--host': '127.0.0.1', '--port': 0, '--retry-backoff-factor': 0 }, file),
  );
  return {
    proxy,
    upstream,
    reload: (next) => {
      file = next;
      return reloader.reload();
    },
  };
}

test('Those who wait keep their order through a reload, and a raised limit serves them immediately', async () => {
  const { proxy, upstream, reload } = await start((target) => ({
    target: [target],
    max_concurrent_requests: 1,
    max_queue_size: 10,
    queue_order: 'fifo',
  }));
  const clients: RawClient[] = [];
  for (const path of ['/held', '/a', '/b', '/c']) {
    clients.push(await send(proxy, { path }));
    if (path === '/held') await (await upstream.accept()).readRequest();
    else await proxy.queued(clients.length - 1);
  }
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  const result = reload({
    ...{ target: [upstream.origin], max_concurrent_requests: 3, max_queue_size: 1 },
    ...{ queue_order: 'lifo', priority_class: ['high=20%'] },
  });
  expect(result).toMatchObject({ ok: true, generation: 2, restart: [] });
  const arrived: string[] = [];
  for (let i = 0; i < 2; i++) {
    const connection = await upstream.accept();
    arrived.push((await connection.readRequest()).target);
    await connection.send(ok());
  }
  expect(arrived.sort()).toEqual(['/b', '/c'].sort());
});

test('A connection, the state of a breaker and all counts outlive a reload', async () => {
  const { proxy, upstream, reload } = await start((target) => ({
    services: {
      good: { targets: [target] },
      bad: { targets: ['http://127.0.0.1:1'], circuit_breaker_threshold: 1, max_retries: 0 },
    },
    routes: [{ path: '/bad', service: 'bad' }, { service: 'good' }],
  }));
  upstream.respond(() => ok('good'));
  expect((await ask(proxy, { path: '/bad' })).status).toBe(502);
  expect((await ask(proxy)).status).toBe(200);
  const before = proxy.instance.metrics.total;
  const result = reload({
    services: {
      good: { targets: [upstream.origin], read_timeout: '7s', pool_connections: 3 },
      bad: { targets: ['http://127.0.0.1:1'], circuit_breaker_threshold: 3, max_retries: 0 },
    },
    routes: [
      { path: '/bad', service: 'bad' },
      { path: '/', service: 'good' },
    ],
  });
  expect(result).toMatchObject({
    ok: true,
    changes: expect.arrayContaining([
      { where: 'service good', what: 'pool_connections', from: 20, to: 3 },
      { where: 'service bad', what: 'circuit_breaker_threshold', from: 1, to: 3 },
    ]),
  });
  expect((await ask(proxy, { path: '/bad' })).status).toBe(503);
  expect((await ask(proxy)).status).toBe(200);
  expect(upstream.connections).toHaveLength(1);
  expect(proxy.instance.metrics.total).toBe(before + 2);
});

test('A service that is gone ends what it has, and what it counted stays in the totals', async () => {
  const { proxy, upstream, reload } = await start((target) => ({
    services: { old: { targets: [target] }, other: { targets: ['http://127.0.0.1:1'] } },
    routes: [{ path: '/old', service: 'old' }, { service: 'other' }],
  }));
  const client = await send(proxy, { path: '/old/x' });
  const connection = await upstream.accept();
  await connection.readRequest();
  expect(
    reload({ services: { other: { targets: ['http://127.0.0.1:1'] } }, routes: [{ path: '/x' }] }),
  ).toMatchObject({ ok: true });
  expect((await ask(proxy, { path: '/old/y' })).status).toBe(404);
  await connection.send(ok('the old one'));
  expect((await client.readResponse()).body.toString()).toBe('the old one');
  client.destroy();
  // With its last request its connections go.
  expect(await connection.closed()).toBe('fin');
  await eventually(() =>
    expect(proxy.instance.metrics.snapshot().metrics).toMatchObject({
      ...{ total_requests: 2, successful_requests: 1 },
    }),
  );
});

test('With anything wrong the old configuration stays in force, and every fault is told', async () => {
  const { proxy, upstream, reload } = await start((target) => ({ target: [target] }));
  upstream.respond(() => ok('as before'));
  const result = reload({
    services: { a: { targets: ['nonsense'], max_queue_size: -1 } },
    routes: [{ service: 'b' }],
  });
  expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
    expect.stringContaining('max_queue_size must be'),
    expect.stringContaining('a target must be'),
    expect.stringContaining('there is no service "b"'),
  ]);
  expect((await ask(proxy)).body.toString()).toBe('as before');
});

test('What only a restart can change is told, and keeps its value', async () => {
  const { proxy, upstream, reload } = await start((target) => ({ target: [target] }));
  expect(reload({ target: [upstream.origin], max_header_size: '64KiB' })).toMatchObject({
    ok: true,
    restart: ['--max-header-size'],
    changes: [],
  });
  expect(proxy.instance.settings.maxHeaderSizeBytes).toBe(16 * 1024);
});
