import { formatProblem } from '@spillway/options';
import { expect, onTestFinished, test } from 'vitest';
import { Reloader, type ReloadResult } from '../../src/instance/reloader.ts';
import type { Upstream } from '../../src/service/upstream/upstream.ts';
import { ask, send } from '../admission/ask.ts';
import { ok, response } from '../kit/cases.ts';
import { resolutionSteps } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

interface Reloadable {
  readonly proxy: TestGateway;
  readonly upstream: RawUpstream;
  reload(file: object): Promise<ReloadResult>;
}

/** A proxy with this file, and one target that answers only when it is told to. */
async function start(fileFor: (target: string) => object): Promise<Reloadable> {
  const upstream = await RawUpstream.start();
  let file = fileFor(upstream.origin);
  const proxy = await startGateway({}, file);
  const reloader = new Reloader(proxy.instance, () =>
    resolutionSteps({ '--host': '127.0.0.1', '--port': 0, '--retry-backoff-factor': 0 }, file),
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
  const result = await reload({
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
  const result = await reload({
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
    await reload({
      services: { other: { targets: ['http://127.0.0.1:1'] } },
      routes: [{ path: '/x' }],
    }),
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
  const result = await reload({
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
  expect(await reload({ target: [upstream.origin], max_header_size: '64KiB' })).toMatchObject({
    ok: true,
    restart: ['--max-header-size'],
    changes: [],
  });
  expect(proxy.instance.settings.maxHeaderSizeBytes).toBe(16 * 1024);
});

test('What a route has from its service is told with the service alone, and of a route only what it says itself', async () => {
  const { upstream, reload } = await start((target) => ({
    services: { api: { targets: [target], max_concurrent_requests: 4 } },
    routes: [{ path: '/quick', request_timeout: '1s' }, {}],
  }));
  const fileWith = (max: number, timeout: string) => ({
    services: { api: { targets: [upstream.origin], max_concurrent_requests: max } },
    routes: [{ path: '/quick', request_timeout: timeout }, {}],
  });
  expect(await reload(fileWith(8, '1s'))).toMatchObject({
    changes: [{ where: 'service api', what: 'max_concurrent_requests', from: 4, to: 8 }],
  });
  expect(await reload(fileWith(8, '2s'))).toMatchObject({
    changes: [
      {
        ...{ where: 'routes', what: 'routes' },
        from: [{ request_timeout: 1 }, {}],
        to: [{ request_timeout: 2 }, {}],
      },
    ],
  });
});

const two = (target: string, other: object | null) => ({
  services: { api: { targets: [target] }, ...(other && { other }) },
  routes: [...(other ? [{ path: '/other', service: 'other' }] : []), { service: 'api' }],
});

test('A service that comes back while it ends what it has is the same one, with one limit', async () => {
  const other = (target: string) => ({ targets: [target], max_concurrent_requests: 1 });
  const { proxy, upstream, reload } = await start((target) => two(target, other(target)));
  const client = await send(proxy, { path: '/other/a' });
  const connection = await upstream.accept();
  await connection.readRequest();
  const known = proxy.serviceOf('other');
  await reload(two(upstream.origin, null));
  await reload(two(upstream.origin, other(upstream.origin)));
  expect(proxy.serviceOf('other')).toBe(known);
  const waiting = await send(proxy, { path: '/other/b' });
  await eventually(() => expect(known.permits.queued).toBe(1));
  await connection.send(ok('a'));
  expect((await client.readResponse()).body.toString()).toBe('a');
  const next = await connection.readRequest();
  expect(next.target).toBe('/other/b');
  await connection.send(ok('b'));
  expect((await waiting.readResponse()).body.toString()).toBe('b');
  client.destroy();
  waiting.destroy();
  const { metrics } = proxy.instance.metrics.snapshot();
  expect([metrics.total_requests, metrics.successful_requests]).toEqual([2, 2]);
});

test('A paused service that is removed serves those who wait', async () => {
  const { proxy, upstream, reload } = await start((target) => two(target, { targets: [target] }));
  upstream.respond(() => ok('served'));
  const service = proxy.serviceOf('other');
  service.pause();
  const client = await send(proxy, { path: '/other' });
  await eventually(() => expect(service.permits.queued).toBe(1));
  await reload(two(upstream.origin, null));
  expect((await client.readResponse()).body.toString()).toBe('served');
  client.destroy();
});

test('What targets state holds beside a new limit, and is over when they are not asked any more', async () => {
  const file = (target: string, more: object) => ({ target: [target], ...more });
  const { proxy, upstream, reload } = await start((target) =>
    file(target, { max_concurrent_requests: 50, capacity_header: 'x-capacity' }),
  );
  upstream.respond(() => response('200 OK', ['Content-Length: 0', 'X-Capacity: 3']));
  await ask(proxy);
  const { permits } = proxy.service;
  await eventually(() => expect(permits.limit).toBe(3));
  await reload(
    file(upstream.origin, { max_concurrent_requests: 20, capacity_header: 'x-capacity' }),
  );
  expect(permits.limit).toBe(3);
  await reload(file(upstream.origin, { max_concurrent_requests: 'auto', auto_max: 9 }));
  expect(proxy.service.statedCapacity.total).toBeNull();
  await reload(file(upstream.origin, { max_concurrent_requests: 20 }));
  expect(permits.limit).toBe(20);
});

test('A larger pool serves those who wait for a connection', async () => {
  const { proxy, upstream, reload } = await start((target) => ({
    target: [target],
    pool_maxsize: 1,
  }));
  const clients = [await send(proxy, { path: '/a' })];
  await (await upstream.accept()).readRequest();
  clients.push(await send(proxy, { path: '/b' }));
  const { pool } = proxy.service.upstreams.all[0] as Upstream;
  await eventually(() => expect(pool.stats().waiting).toBe(1));
  await reload({ target: [upstream.origin], pool_maxsize: 2 });
  expect((await (await upstream.accept()).readRequest()).target).toBe('/b');
  for (const client of clients) client.destroy();
});

test('Hundreds of reloads leave no listener, timer or service behind', async () => {
  const { proxy, upstream, reload } = await start((target) => two(target, { targets: [target] }));
  const { events, wheel } = proxy.instance;
  const left = () => ({
    listeners: events.eventNames().reduce((sum, name) => sum + events.listenerCount(name), 0),
    resources: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    timers: wheel.size,
    traffic: Object.keys(proxy.instance.metrics.snapshot().services ?? {}),
  });
  const before = left();
  for (let i = 0; i < 100; i++) {
    await reload({
      ...two(upstream.origin, null),
      services: { [`s${i}`]: { targets: [upstream.origin] } },
      routes: [{ service: `s${i}` }],
    });
    await reload(two(upstream.origin, { targets: [upstream.origin] }));
  }
  const { resources, ...others } = left();
  // Timers of the tests before this one may have ended meanwhile.
  expect(resources).toBeLessThanOrEqual(before.resources);
  expect({ ...others, resources: before.resources }).toEqual(before);
});

test('Others have their turn while a large file is read, and reloads come one after the other', async () => {
  const { upstream, reload } = await start((target) => two(target, null));
  const routes = Array.from({ length: 1000 }, (_, i) => ({ path: `/p${i}/`, service: 'api' }));
  const large = { services: { api: { targets: [upstream.origin] } }, routes };
  let turns = 0;
  const beat = setInterval(() => {
    turns += 1;
  }, 0);
  onTestFinished(() => clearInterval(beat));
  const results = await Promise.all([reload(large), reload(large)]);
  expect(turns).toBeGreaterThan(1);
  expect(results).toMatchObject([
    { ok: true, generation: 2 },
    { ok: true, generation: 3, changes: [] },
  ]);
});
