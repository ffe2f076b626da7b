import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { ok, response } from '../kit/cases.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, startGatewayWithTargets, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

const often: Flags = {
  ...{ '--health-path': '/up?deep', '--health-interval': '100ms', '--health-timeout': '2s' },
  ...{ '--health-rise': 2, '--health-fall': 3, '--max-retries': 0 },
};

const healthOf = (proxy: TestGateway) =>
  proxy.instance.metrics.snapshot().upstreams.map(({ health }) => health);

test('Each target is asked by itself at intervals, by its own Host, on connections of their own', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const proxy = await startGateway({ '--target': `${upstream.origin}/base`, ...often });
  expect(healthOf(proxy)).toEqual(['unchecked']);
  await eventually(() => expect(upstream.requests.length).toBeGreaterThan(2));
  const { method, target, fields } = upstream.requests[0]!;
  expect([method, target]).toEqual(['GET', '/up?deep']);
  expect(fields.join('\n')).toContain(upstream.origin.slice('http://'.length));
  expect(healthOf(proxy)).toEqual(['up']);
  expect(proxy.instance.metrics.snapshot()).toMatchObject({
    metrics: { total_requests: 0 },
    upstreams: [{ connections: { open: 0 }, checks: { failed: 0, latest: 'status 200' } }],
  });
});

test('A target goes down after as many bad checks as it takes, gets nothing, and comes back after good ones', async () => {
  const upstreams = [await RawUpstream.start(), await RawUpstream.start()] as const;
  let status = '200 OK';
  let checks = 0;
  upstreams[0].respond(({ target }) => {
    if (target !== '/up?deep') return ok();
    checks += 1;
    return response(status, ['Content-Length: 0']);
  });
  upstreams[1].respond(ok());
  const proxy = await startGateway({ '--target': upstreams.map(({ origin }) => origin), ...often });
  const changes: string[] = [];
  proxy.instance.events.on('target_health_changed', ({ origin }, change, why) => {
    changes.push(`${origin} ${change} ${why}`);
  });
  await eventually(() => expect(healthOf(proxy)).toEqual(['up', 'up']));
  const before = checks;
  status = '404 Not Found';
  await eventually(() => expect(healthOf(proxy)).toEqual(['down', 'up']));
  expect(checks - before).toBeGreaterThanOrEqual(3);
  const asked = upstreams[0].requests.filter(({ target }) => target === '/').length;
  for (let i = 0; i < 6; i++) expect((await ask(proxy)).status).toBe(200);
  expect(upstreams[0].requests.filter(({ target }) => target === '/').length).toBe(asked);
  expect(proxy.instance.metrics.health().reasons).toEqual([
    `${upstreams[0].origin} is down by its health checks`,
  ]);
  status = '302 Found';
  await eventually(() => expect(healthOf(proxy)).toEqual(['up', 'up']));
  expect(changes).toEqual([
    `${upstreams[0].origin} down GET /up?deep: status 404`,
    `${upstreams[0].origin} up GET /up?deep: status 302`,
  ]);
});

test('When all are down requests are refused, those in the queue too, and the reason is told', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const checked = await RawUpstream.start();
  let status = '200 OK';
  checked.respond(() => response(status, ['Content-Length: 0']));
  const proxy = await startGateway({
    '--target': backend.url,
    ...often,
    '--health-port': checked.port,
    '--max-concurrent-requests': 1,
  });
  await eventually(() => expect(healthOf(proxy)).toEqual(['up']));
  const held = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const waiting = await send(proxy);
  await proxy.queued(1);
  status = '500 Broken';
  const refused = await waiting.readResponse();
  expect([refused.status, JSON.parse(refused.body.toString())]).toMatchObject([
    503,
    { outcome: 'breaker_open', detail: 'all targets are down by their health checks' },
  ]);
  expect(proxy.instance.metrics.health()).toEqual({
    status: 'unhealthy',
    reasons: [`${backend.url} is down by its health checks`],
  });
  // What is under way goes on.
  backend.releaseAll();
  expect((await held.readResponse()).status).toBe(200);
  status = '204 Fine';
  await eventually(() => expect(healthOf(proxy)).toEqual(['up']));
});

test('A silent target, one that refuses and one that speaks no HTTP are down', async () => {
  const silent = await RawUpstream.start();
  const gone = await RawUpstream.open();
  await gone.close();
  const strange = await RawUpstream.start();
  strange.respond('no HTTP\r\n\r\n');
  const proxy = await startGateway({
    '--target': [silent.origin, gone.origin, strange.origin],
    ...{ ...often, '--health-timeout': '200ms' },
  });
  await eventually(() => expect(healthOf(proxy)).toEqual(['down', 'down', 'down']));
  const latest = proxy.instance.metrics.snapshot().upstreams.map(({ checks }) => checks?.latest);
  expect(latest[0]).toBe('no response within 0.2 s');
  expect(latest[1]).toContain('refused (ECONNREFUSED)');
});

test('A target that comes beside others has to pass a check before it gets requests', async () => {
  const [first, second] = [await RawUpstream.start(), await RawUpstream.start()];
  first.respond(ok('first'));
  const proxy = await startGateway({ '--target': first.origin, ...often, '--slow-start': 0 });
  await eventually(() => expect(healthOf(proxy)).toEqual(['up']));
  const settings = { weight: 1, maxConcurrentRequests: null };
  proxy.service.targets.set([first, second].map(({ origin }) => ({ origin, ...settings })));
  for (let i = 0; i < 4; i++) expect((await ask(proxy)).body.toString()).toBe('first');
  second.respond(ok('second'));
  await eventually(() => expect(healthOf(proxy)).toEqual(['up', 'up']));
});

test('The Prometheus text has checks by result, and limits where there are any', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok());
  const target = { origin: upstream.origin, maxConcurrentRequests: 7 };
  const proxy = await startGatewayWithTargets([target], often);
  await eventually(() => expect(healthOf(proxy)).toEqual(['up']));
  const fields = { Accept: 'text/plain' };
  const text = (await ask(proxy, { path: '/proxy-metrics', fields })).body.toString();
  const labels = `upstream="${upstream.origin}"`;
  expect(text).toMatch(
    new RegExp(`spillway_upstream_health_checks_total{${labels},result="passed"} [1-9]`),
  );
  expect(text).toContain(`spillway_upstream_limit{${labels}} 7`);
  expect(text).toContain(`spillway_upstream_health{${labels},state="up"} 1`);
});
