import { expect, onTestFinished, test } from 'vitest';
import { type Asking, ask, send, startTestBackend } from '../admission/ask.ts';
import { ok } from '../kit/cases.ts';
import { fieldOf, type RawRequest } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

/** A target that answers with its name and keeps what it was asked. */
async function target(name: string): Promise<{ origin: string; asked: RawRequest[] }> {
  const upstream = await RawUpstream.start();
  const asked: RawRequest[] = [];
  upstream.respond((request) => {
    asked.push(request);
    return ok(name);
  });
  return { origin: upstream.origin, asked };
}

const served = async (proxy: TestGateway, asking: Asking): Promise<string> => {
  const { status, body } = await ask(proxy, asking);
  return status === 200 ? body.toString() : String(status);
};

test('Each request goes to the service of its route, rewritten as the route says', async () => {
  const [models, reports, tenant] = await Promise.all(['models', 'reports', 'tenant'].map(target));
  const proxy = await startGateway(
    {},
    {
      services: {
        models: { targets: [models?.origin] },
        reports: { targets: [reports?.origin] },
        tenant: { targets: [tenant?.origin] },
      },
      routes: [
        { host: 'api.example.com', path: '/v1/', service: 'models', methods: ['POST'] },
        {
          path: '/reports',
          service: 'reports',
          strip_prefix: '/reports',
          add_prefix: '/api',
          request_headers: { set: { 'x-from': 'spillway' }, remove: ['cookie'] },
          response_headers: { add: { 'x-served': 'reports' } },
        },
        { host: '*.example.com', headers: { 'x-tenant': 'acme' }, service: 'tenant' },
        { host: 'api.example.com', service: 'models' },
      ],
    },
  );
  const api = { Host: 'API.example.com:8080' };
  expect(await served(proxy, { method: 'POST', path: '/v1/chat', fields: api, body: 'x' })).toBe(
    'models',
  );
  expect(await served(proxy, { path: '/v1/chat', fields: api })).toBe('models');
  expect(await served(proxy, { fields: { Host: 'a.example.com', 'X-Tenant': 'acme' } })).toBe(
    'tenant',
  );
  expect(await served(proxy, { fields: { Host: 'a.example.com' } })).toBe('404');
  expect(await served(proxy, { path: '/reportsx' })).toBe('404');
  // RFC 9112 section 3.2.2: the target's authority outranks Host.
  expect(await served(proxy, { path: 'http://api.example.com/x', fields: { Host: 'b' } })).toBe(
    'models',
  );

  const report = await ask(proxy, { path: '/reports/a%2Fb?c', fields: { Cookie: 'a=b' } });
  expect(fieldOf(report, 'x-served')).toBe('reports');
  const [seen] = reports?.asked ?? [];
  expect(seen?.target).toBe('/api/a%2Fb?c');
  expect([fieldOf(seen as RawRequest, 'x-from'), fieldOf(seen as RawRequest, 'cookie')]).toEqual([
    ...['spillway', undefined],
  ]);

  const snapshot = proxy.instance.metrics.snapshot();
  expect(snapshot.metrics).toMatchObject({ total_requests: 7, successful_requests: 5 });
  expect(snapshot.unrouted).toMatchObject({ no_route: 2 });
  expect(
    Object.entries(snapshot.services ?? {}).map(([name, { metrics }]) => [
      ...[name, metrics.total_requests],
    ]),
  ).toEqual([
    ['models', 3],
    ['reports', 1],
    ['tenant', 1],
  ]);
  expect(await served(proxy, { path: '/proxy-metrics?format=prometheus' })).toContain(
    'spillway_requests_total{service="reports",outcome="ok"} 1',
  );
});

test('What a route sets or removes comes from no client, neither with underscores nor in trailers', async () => {
  const { origin, asked } = await target('guarded');
  const edits = { set: { 'X-User': 'alice' }, remove: ['x-debug'] };
  const proxy = await startGateway(
    { '--target': origin },
    { routes: [{ path: '/guarded', request_headers: edits }, {}] },
  );
  const claims = ['X-User', 'X_User', 'x-Debug', 'x_debug'];
  const client = await proxy.connect();
  for (const path of ['/guarded', '/open']) {
    const head = [`POST ${path} HTTP/1.1`, 'Host: a', 'Transfer-Encoding: chunked'];
    const fields = claims.map((claim) => `${claim}: bob`);
    await client.send(
      [...head, ...fields, '', '2', 'hi', '0', ...fields, 'X-Sum: 1', '', ''].join('\r\n'),
    );
    expect((await client.readResponse()).status).toBe(200);
  }
  const claimsIn = (fields: RawRequest['fields'] = []) =>
    fields
      .filter(([claim]) => /^x.(user|debug|sum)$/i.test(claim))
      .map((field) => field.join(': '));
  expect(claimsIn(asked[0]?.fields)).toEqual(['X-User: alice']);
  expect(claimsIn(asked[0]?.trailers)).toEqual(['X-Sum: 1']);
  expect(claimsIn(asked[1]?.fields)).toHaveLength(claims.length);
  expect(claimsIn(asked[1]?.trailers)).toHaveLength(claims.length + 1);
});

test('A service at its limit, or with an open breaker, leaves the others alone', async () => {
  const slow = await startTestBackend();
  const quick = await target('quick');
  const proxy = await startGateway(
    { '--max-retries': 0 },
    {
      services: {
        slow: { targets: [slow.url], max_concurrent_requests: 1, max_queue_size: 0 },
        dead: { targets: ['http://127.0.0.1:1'], circuit_breaker_threshold: 1 },
        quick: { targets: [quick.origin] },
      },
      routes: [
        { path: '/slow', service: 'slow', strip_prefix: '/slow' },
        { path: '/dead', service: 'dead' },
        { service: 'quick' },
      ],
    },
  );
  const held = await send(proxy, { path: '/slow/x?fault=hang' });
  onTestFinished(() => held.destroy());
  await eventually(() => expect(proxy.serviceOf('slow').permits.inFlight).toBe(1));
  expect(await served(proxy, { path: '/slow' })).toBe('503');
  expect([await served(proxy, { path: '/dead' }), await served(proxy, { path: '/dead' })]).toEqual([
    ...['502', '503'],
  ]);
  expect(await served(proxy, { path: '/' })).toBe('quick');
  expect(proxy.instance.metrics.health()).toMatchObject({
    status: 'degraded',
    reasons: [expect.stringMatching(/^dead: breaker of /)],
  });
  held.destroy();
});

test('What a route sets holds for its requests, and for no others of the service', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway(
    { '--target': backend.url, '--max-retries': 0 },
    { routes: [{ path: '/quick', read_timeout: '50ms', strip_prefix: '/quick' }, {}] },
  );
  expect(await served(proxy, { path: '/quick/x?latency=300ms' })).toBe('504');
  expect((await ask(proxy, { path: '/x?latency=300ms' })).status).toBe(200);
});
