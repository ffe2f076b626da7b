import type { Backend } from '@spillway/backend';
import { expect, test } from 'vitest';
import type { Upstream } from '../../src/service/upstream/upstream.ts';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { startGateway, startGatewayWithTargets, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

const received = (backends: readonly Backend[]): number[] =>
  backends.map((backend) => backend.stats().received);

const startBackends = (count: number): Promise<Backend[]> =>
  Promise.all(Array.from({ length: count }, () => startTestBackend()));

const hanging = (count: number) => (stats: { hanging: number }) => stats.hanging === count;

/** One after the other. */
async function askTimes(proxy: TestGateway, times: number, fields = {}): Promise<void> {
  for (let i = 0; i < times; i++) expect((await ask(proxy, { fields })).status).toBe(200);
}

test.each(['round_robin', 'least_in_flight'])(
  'Weights share the requests among idle targets (%s)',
  async (balance) => {
    const backends = await startBackends(3);
    const weights = [3, 2, 1];
    const proxy = await startGatewayWithTargets(
      backends.map(({ url }, i) => ({ origin: url, weight: weights[i] as number })),
      { '--balance': balance },
    );
    await askTimes(proxy, 12);
    expect(received(backends)).toEqual([6, 4, 2]);
    expect(proxy.instance.metrics.snapshot().upstreams.map(({ weight }) => weight)).toEqual(
      weights,
    );
  },
);

test('In turns a target gets its share however busy it is', async () => {
  const [busy, idle] = (await startBackends(2)) as [Backend, Backend];
  const proxy = await startGateway({
    '--target': [busy.url, idle.url],
    '--balance': 'round_robin',
  });
  const held = await send(proxy, { path: '/?fault=hang' });
  await busy.waitFor(hanging(1));
  await askTimes(proxy, 9);
  expect(received([busy, idle])).toEqual([5, 5]);
  held.destroy();
});

test.each([
  ['cookie:session', (user: string) => ({ Cookie: `theme=dark; session=${user}` })],
  ['header:x-user', (user: string) => ({ 'X-User': user })],
])('Requests of one %s go to one target, and those of many to all', async (hashBy, fieldsOf) => {
  const backends = await startBackends(3);
  const proxy = await startGateway({
    '--target': backends.map(({ url }) => url),
    ...{ '--balance': 'hash', '--hash-by': hashBy },
  });
  await askTimes(proxy, 6, fieldsOf('ada'));
  expect(received(backends).sort()).toEqual([0, 0, 6]);
  for (let user = 0; user < 40; user++) await askTimes(proxy, 1, fieldsOf(`user${user}`));
  for (const count of received(backends)) expect(count).toBeGreaterThan(0);
});

test('A client address keeps to its target, and requests without a key go to any', async () => {
  const backends = await startBackends(2);
  const targets = { '--target': backends.map(({ url }) => url), '--balance': 'hash' };
  await askTimes(await startGateway(targets), 4);
  expect(received(backends).sort()).toEqual([0, 4]);
  for (const backend of backends) backend.reset();
  await askTimes(await startGateway({ ...targets, '--hash-by': 'header:x-user' }), 4);
  expect(received(backends)).toEqual([2, 2]);
});

test('The limits of the targets are the limit of the service, and each keeps its own', async () => {
  const backends = await startBackends(2);
  for (const backend of backends) backend.behave({ fault: 'hang' });
  const proxy = await startGatewayWithTargets(
    backends.map(({ url }, i) => ({ origin: url, maxConcurrentRequests: i + 1 })),
  );
  const clients = [];
  for (let i = 0; i < 5; i++) clients.push(await send(proxy));
  await proxy.queued(2);
  await backends[0]?.waitFor(hanging(1));
  await backends[1]?.waitFor(hanging(2));
  const { limits, upstreams, admission } = proxy.instance.metrics.snapshot();
  expect(limits.concurrent_requests).toBe(3);
  expect(admission.limit).toMatchObject({ now: 3, configured: 50, targets: 3 });
  expect(upstreams.map(({ limit, active }) => [limit, active])).toEqual([
    [1, 1],
    [2, 2],
  ]);

  // A limit that is raised while requests wait lets them go.
  proxy.service.upstreams.all[0]?.share({ limit: 3 });
  await backends[0]?.waitFor(hanging(3));
  expect(proxy.service.permits.queued).toBe(0);
  for (const client of clients) client.destroy();
});

test('A target that is lost takes its places with it, and brings them back', async () => {
  const backends = await startBackends(2);
  for (const backend of backends) backend.behave({ fault: 'hang' });
  const proxy = await startGatewayWithTargets(
    backends.map(({ url }) => ({ origin: url, maxConcurrentRequests: 2 })),
    { '--circuit-breaker-threshold': 1, '--circuit-breaker-timeout': '1s', '--max-retries': 0 },
  );
  const { permits, upstreams } = proxy.service;
  const lost = upstreams.all[0];
  lost?.breaker.settle(lost.breaker.acquire(), 'failure');
  expect(permits.limit).toBe(2);
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(await send(proxy));
  await backends[1]?.waitFor(hanging(2));
  await proxy.queued(1);
  // The one in the queue becomes the probe when the time of the breaker is over, though nothing else happens.
  await backends[0]?.waitFor(hanging(1));
  backends[0]?.releaseAll();
  await eventually(() => expect(lost?.breaker.state.name).toBe('closed'));
  await eventually(() => expect(permits.limit).toBe(4));
  for (const client of clients) client.destroy();
});

test('A drained target gets nothing new, ends what it has, and can be put back', async () => {
  const [first, second] = (await startBackends(2)) as [Backend, Backend];
  const proxy = await startGateway({ '--target': [first.url, second.url] });
  const [drained] = proxy.service.upstreams.all;
  const held = await send(proxy, { path: '/?fault=hang' });
  await first.waitFor(hanging(1));
  drained!.drained = true;
  await askTimes(proxy, 4);
  expect(received([first, second])).toEqual([1, 4]);
  expect(proxy.instance.metrics.health()).toEqual({
    status: 'degraded',
    reasons: [`${first.url} is drained`],
  });
  first.releaseAll();
  expect((await held.readResponse()).status).toBe(200);
  drained!.drained = false;
  expect(proxy.instance.metrics.health().status).toBe('healthy');

  for (const upstream of proxy.service.upstreams.all) upstream.drained = true;
  const refused = await ask(proxy);
  expect([refused.status, JSON.parse(refused.body.toString()).detail]).toEqual([
    503,
    'all targets are drained',
  ]);
});

test('Requests in the queue are told when the last target is drained', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({ '--target': backend.url, '--max-concurrent-requests': 1 });
  const held = await send(proxy);
  await backend.waitFor(hanging(1));
  const waiting = await send(proxy);
  await proxy.queued(1);
  proxy.service.upstreams.all[0]!.drained = true;
  expect((await waiting.readResponse()).status).toBe(503);
  held.destroy();
});

test('Targets are replaced while requests go on: what stays is kept, and what goes ends its requests', async () => {
  const [stays, goes, comes] = (await startBackends(3)) as [Backend, Backend, Backend];
  const proxy = await startGateway({ '--target': [goes.url, stays.url] });
  const { service, instance } = proxy;
  const { upstreams } = service;
  const kept = upstreams.all[1];
  const changes: string[][] = [];
  instance.events.on('targets_changed', (_service, came, went) =>
    changes.push([...came, ...went].map(({ origin }) => origin)),
  );
  const held = await send(proxy, { path: '/?fault=hang' });
  await goes.waitFor(hanging(1));

  const target = { weight: 1, maxConcurrentRequests: null };
  service.targets.set([
    { origin: stays.url, ...target, weight: 3 },
    { origin: comes.url, ...target },
  ]);
  expect(upstreams.all[0]).toBe(kept);
  expect(kept?.weight).toBe(3);
  expect(changes).toEqual([[comes.url, goes.url]]);
  expect(instance.metrics.snapshot().upstreams.map(({ url, draining }) => [url, draining])).toEqual(
    [
      [stays.url, false],
      [comes.url, false],
      [goes.url, true],
    ],
  );
  await askTimes(proxy, 8);
  expect(goes.stats().received).toBe(1);
  goes.releaseAll();
  expect((await held.readResponse()).status).toBe(200);
  await eventually(() => expect(goes.stats().connections).toBe(0));
  expect(upstreams.known.length).toBe(2);
});

test('A request whose target is lost as its turn comes waits for a place at another', async () => {
  const [lost, other] = (await startBackends(2)) as [Backend, Backend];
  for (const backend of [lost, other]) backend.behave({ fault: 'hang' });
  const proxy = await startGatewayWithTargets(
    [lost, other].map(({ url }) => ({ origin: url, maxConcurrentRequests: 1 })),
  );
  const held = [await send(proxy), await send(proxy)];
  await lost.waitFor(hanging(1));
  await other.waitFor(hanging(1));
  const waiting = await send(proxy);
  await proxy.queued(1);
  proxy.instance.events.once('queue_left', () => {
    proxy.service.upstreams.all[0]!.drained = true;
  });
  lost.releaseAll();
  await proxy.queued(1);
  other.releaseAll();
  await other.waitFor(({ received, hanging }) => received === 2 && hanging === 1);
  other.releaseAll();
  expect((await waiting.readResponse()).status).toBe(200);
  expect(received([lost, other])).toEqual([1, 2]);
  for (const client of held) client.destroy();
});

test.each<[string, (upstream: Upstream) => void | Promise<void>]>([
  [
    'was drained',
    (upstream) => {
      upstream.drained = true;
      upstream.drained = false;
    },
  ],
  [
    'whose breaker has closed',
    async ({ breaker }) => {
      breaker.settle(breaker.acquire(), 'failure');
      await eventually(() => expect(breaker.allows()).toBe(true));
      const probe = breaker.acquire();
      expect(breaker.state.name).toBe('half_open');
      breaker.settle(probe, 'success');
    },
  ],
])('A target that %s comes back slowly', async (_how, comeBack) => {
  const backends = await startBackends(2);
  const proxy = await startGateway({
    '--target': backends.map(({ url }) => url),
    ...{
      '--slow-start': '1h',
      '--circuit-breaker-threshold': 1,
      '--circuit-breaker-timeout': '1ms',
    },
  });
  await comeBack(proxy.service.upstreams.all[0]!);
  await askTimes(proxy, 40);
  // A tenth of its weight: 4 of 40, and 15 would be a chance in a million.
  expect(received(backends)[0]).toBeLessThan(15);
});
