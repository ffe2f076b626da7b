import { adminStatusSchema, metricsSnapshotSchema } from '@spillway/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Reloader } from '../../src/instance/reloader.ts';
import { type Asking, ask, send } from '../admission/ask.ts';
import { ok } from '../kit/cases.ts';
import { type Flags, resolutionSteps } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { askAt } from '../watching/ask-at.ts';

const token = 's3cret';
const bodyOf = ({ body }: RawResponse) => JSON.parse(body.toString()) as Record<string, unknown>;

interface Admin {
  readonly proxy: TestGateway;
  readonly one: RawUpstream;
  readonly other: RawUpstream;
  change(path: string, fields?: Asking['fields']): Promise<RawResponse>;
  write(file: object): void;
}

async function start(
  fileFor: (one: string, other: string) => object,
  flags: Flags = { '--admin-token': token },
): Promise<Admin> {
  const [one, other] = [await RawUpstream.start(), await RawUpstream.start()];
  let file = fileFor(one.origin, other.origin);
  const proxy = await startGateway(flags, file);
  const all = { '--host': '127.0.0.1', '--port': 0, '--retry-backoff-factor': 0, ...flags };
  proxy.instance.reloader = new Reloader(proxy.instance, () => resolutionSteps(all, file));
  return {
    ...{ proxy, one, other },
    write: (next) => {
      file = next;
    },
    change: (path, fields = {}) => {
      const authorization = '--admin-token' in flags ? { Authorization: `Bearer ${token}` } : {};
      const asking = { path: `/proxy-admin/${path}`, method: 'POST' };
      return askAt(proxy.running.admin.port, {
        ...asking,
        fields: { ...authorization, ...fields },
      });
    },
  };
}

const single = (one: string, other: string) => ({
  ...{ target: [one, other], max_concurrent_requests: 1, max_queue_size: 3, queue_order: 'fifo' },
  // What comes back has its share immediately.
  ...{ max_retries: 0, queue_timeout: '20s', slow_start: 0 },
});

describe('A reload', () => {
  test('answers with what changed, and with every fault where anything is wrong', async () => {
    const { proxy, one, other, change, write } = await start(single);
    write({ ...single(one.origin, other.origin), max_queue_size: 7, max_header_size: '64KiB' });
    const done = await change('reload');
    expect(done.status).toBe(200);
    expect(bodyOf(done)).toMatchObject({
      generation: 2,
      changes: [{ where: 'service default', what: 'max_queue_size', from: 3, to: 7 }],
      restart: ['--max-header-size'],
      digest: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    write({ max_queue_size: -1, services: { a: { targets: ['nonsense'] } } });
    const refused = await change('reload');
    expect(refused.status).toBe(422);
    expect(bodyOf(refused)).toMatchObject({
      error: 'the old configuration stays in force',
      problems: [
        { message: expect.stringContaining('max_queue_size must be') },
        { message: expect.stringContaining('a target must be') },
      ],
    });
    expect(proxy.service.permits.maxQueue).toBe(7);
  });

  test('is refused while the proxy drains', async () => {
    const { proxy, change } = await start(single);
    proxy.instance.draining = true;
    expect((await change('reload')).status).toBe(409);
    proxy.instance.draining = false;
  });

  test('puts another token in force', async () => {
    const { proxy, one, other, change, write } = await start(
      (one, other) => ({ ...single(one, other), admin_token: token }),
      { '--admin-port': 0 },
    );
    const fields = { Authorization: `Bearer ${token}` };
    write({ ...single(one.origin, other.origin), admin_token: 'another' });
    expect((await change('reload', fields)).status).toBe(200);
    expect((await change('reload', fields)).status).toBe(401);
    expect(proxy.instance.adminToken.admits('Bearer another')).toBe(true);
  });
});

describe('Changes', () => {
  test('without a token where clients connect are refused with the remedy, and the state is told', async () => {
    const { proxy, change } = await start(single, {});
    const refused = await change('pause');
    expect(refused.status).toBe(403);
    expect(bodyOf(refused).error).toContain('--admin-token-file or --admin-port');
    expect(proxy.service.pausedMs).toBeNull();
    expect((await ask(proxy, { path: '/proxy-admin/status' })).status).toBe(200);
  });

  test.each([
    ['another site', { Origin: 'http://evil.example' }, 403],
    ['an opaque origin', { Origin: 'null' }, 403],
    ['another site by its fetch', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a sibling', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a name that was rebound', { Host: 'evil.example:1', Origin: 'http://evil.example:1' }, 403],
    ['its own page', { Host: '127.0.0.1:1', Origin: 'http://127.0.0.1:1' }, 200],
    ['no browser', {}, 200],
  ])('at the admin listener from %s: %#', async (_what, fields, status) => {
    const { proxy, change } = await start(single, { '--admin-port': 0 });
    expect((await change('pause', fields)).status).toBe(status);
    expect(proxy.service.pausedMs !== null).toBe(status === 200);
    proxy.service.resume();
  });

  test('go by POST alone, and what has no such name is ours and nobody forwards it', async () => {
    const { proxy, one, change } = await start(single);
    const fields = { Authorization: `Bearer ${token}` };
    const got = await ask(proxy, { path: '/proxy-admin/reload', fields });
    expect([got.status, fieldOf(got, 'allow')]).toEqual([405, 'POST']);
    expect((await change('relaod')).status).toBe(404);
    expect((await change('pause/all')).status).toBe(404);
    expect((await change('pause?service=nobody')).status).toBe(404);
    expect((await change('pause?target=http://x')).status).toBe(400);
    expect((await change('drain?target=http://x')).status).toBe(404);
    expect(one.connections).toHaveLength(0);
  });

  test('name their service where there are several', async () => {
    const { proxy, change } = await start((one, other) => ({
      services: { a: { targets: [one] }, b: { targets: [other] } },
      routes: [{ path: '/a', service: 'a' }, { service: 'b' }],
    }));
    expect((await change('pause')).status).toBe(400);
    expect(bodyOf(await change('pause?service=a'))).toMatchObject({
      ...{ service: 'a', state: 'paused', changed: true },
    });
    expect(bodyOf(await change('pause?service=a'))).toMatchObject({ changed: false });
    expect(proxy.serviceOf('b').pausedMs).toBeNull();
    expect(bodyOf(await change('resume?service=a'))).toMatchObject({ state: 'serving' });
  });
});

test('A pause lets as many wait as the queue holds, outlives a reload, and ends in the order in which they came', async () => {
  const { proxy, one, other, change, write } = await start(single);
  one.respond(() => ok('one'));
  other.respond(() => ok('other'));
  await change('pause');
  const began: string[] = [];
  proxy.instance.events.on('attempt_started', ({ id }) => began.push(id));
  const clients: RawClient[] = [];
  for (const id of ['a', 'b', 'c']) {
    clients.push(await send(proxy, { fields: { 'X-Request-Id': id } }));
    await proxy.queued(clients.length);
  }
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  const full = await ask(proxy);
  expect([full.status, bodyOf(full).outcome ?? full.body.toString()]).toEqual([
    503,
    expect.stringContaining('queue_full'),
  ]);
  write({ ...single(one.origin, other.origin), max_concurrent_requests: 2 });
  expect((await change('reload')).status).toBe(200);
  expect(began).toEqual([]);

  const fields = { Authorization: `Bearer ${token}` };
  const health = await ask(proxy, { path: '/proxy-health', fields });
  expect(health.status).toBe(200);
  expect(bodyOf(health).reasons).toContain(
    'paused: requests wait until proxy resume --service default, 3 so far',
  );
  const metrics = metricsSnapshotSchema.parse(
    bodyOf(await ask(proxy, { path: '/proxy-metrics', fields })),
  );
  expect(metrics.paused).toBeGreaterThan(0);
  expect(metrics.metrics.available_slots).toBe(2);
  const text = await ask(proxy, { path: '/proxy-metrics?format=prometheus', fields });
  expect(text.body.toString()).toMatch(/^spillway_paused 1$/m);

  await change('resume');
  for (const client of clients) expect((await client.readResponse()).status).toBe(200);
  expect(began).toEqual(['a', 'b', 'c']);
});

test('A request in a paused service waits no longer than its queue timeout', async () => {
  const { proxy, change } = await start((one) => ({ target: [one], queue_timeout: '50ms' }));
  await change('pause');
  const refused = await ask(proxy);
  expect([refused.status, refused.body.toString()]).toEqual([
    503,
    expect.stringContaining('queue_timeout'),
  ]);
  await change('resume');
});

test('A drained service refuses what is new and ends what it has, and is put back', async () => {
  const { proxy, one, other, change } = await start(single);
  const client = await send(proxy);
  const connection = await Promise.race([one.accept(), other.accept()]);
  await connection.readRequest();
  expect(bodyOf(await change('drain'))).toMatchObject({ state: 'drained', active: 1 });
  const refused = await ask(proxy);
  expect(refused.status).toBe(503);
  expect(refused.body.toString()).toContain('the service default is drained');
  expect(fieldOf(refused, 'connection')).not.toBe('close');
  const health = await ask(proxy, { path: '/proxy-health' });
  expect(health.status).toBe(503);
  await connection.send(ok('as before'));
  expect((await client.readResponse()).body.toString()).toBe('as before');
  client.destroy();
  one.respond(() => ok());
  other.respond(() => ok());
  await change('undrain');
  expect((await ask(proxy)).status).toBe(200);
});

test('A drained target gets nothing new, also after a reload, until it is put back', async () => {
  const { proxy, one, other, change, write } = await start(single);
  one.respond(() => ok('one'));
  other.respond(() => ok('other'));
  const target = encodeURIComponent(one.origin);
  expect((await change(`drain?target=${target}`)).status).toBe(200);
  write({ ...single(one.origin, other.origin), max_queue_size: 9 });
  await change('reload');
  for (let i = 0; i < 4; i++) expect((await ask(proxy)).body.toString()).toBe('other');
  const fields = { Authorization: `Bearer ${token}` };
  const status = adminStatusSchema.parse(
    bodyOf(await ask(proxy, { path: '/proxy-admin/status', fields })),
  );
  expect(status.services[0]?.targets.map(({ drained }) => drained)).toEqual([true, false]);
  await change(`undrain?target=${target}`);
  const answers = new Set<string>();
  for (let i = 0; i < 4; i++) answers.add((await ask(proxy)).body.toString());
  expect([...answers].sort()).toEqual(['one', 'other']);
});

test('When the last target is drained, nobody waits for it', async () => {
  const { proxy, one, other, change } = await start(single);
  await change('pause');
  const client = await send(proxy);
  await proxy.queued(1);
  for (const { origin } of [one, other]) await change(`drain?target=${encodeURIComponent(origin)}`);
  expect((await client.readResponse()).status).toBe(503);
  client.destroy();
  await eventually(() => expect(proxy.service.permits.queued).toBe(0));
  await change('resume');
});
