import type { SrvRecord } from 'node:dns';
import { expect, test } from 'vitest';
import { ask } from '../admission/ask.ts';
import { expectProblem, ok } from '../kit/cases.ts';
import { Names, name } from '../kit/names.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

// Every address of 127.0.0.0/8 is this machine on Linux: a port may be served differently at each.
const here = test.runIf(process.platform === 'linux');

const urls = (proxy: TestGateway): string[] =>
  proxy.instance.metrics.snapshot().upstreams.map(({ url }) => url);

const say = async (proxy: TestGateway, times: number): Promise<string[]> => {
  const said: string[] = [];
  for (let i = 0; i < times; i++) said.push((await ask(proxy)).body.toString());
  return said.sort();
};

/** One port at several addresses, each saying which it is. */
async function startAt(...addresses: string[]): Promise<{ port: number; all: RawUpstream[] }> {
  let port = 0;
  const all: RawUpstream[] = [];
  for (const address of addresses) {
    const upstream: RawUpstream = await RawUpstream.start(port, address);
    port = upstream.port;
    upstream.respond(ok(address));
    all.push(upstream);
  }
  return { port, all };
}

here('Each address of a name is a target, and they follow the name without requests', async () => {
  const { port, all } = await startAt('127.0.0.1', '127.0.0.2', '127.0.0.3');
  const names = new Names('127.0.0.1', '127.0.0.2');
  const proxy = await startGateway({
    '--target': `http://${name}:${port}`,
    ...{ '--resolve': 'all', '--dns-refresh': '100ms', '--slow-start': 0 },
  });
  const at = (address: string) => `http://${name}:${port} (${address})`;
  await eventually(() => expect(urls(proxy)).toEqual([at('127.0.0.1'), at('127.0.0.2')]));
  expect(await say(proxy, 4)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.2']);
  expect(all[0]?.requests[0]?.fields.join('\n')).toContain('test');

  names.become('127.0.0.2', '127.0.0.3');
  await eventually(() => expect(urls(proxy)).toEqual([at('127.0.0.2'), at('127.0.0.3')]));
  expect(await say(proxy, 4)).toEqual(['127.0.0.2', '127.0.0.2', '127.0.0.3', '127.0.0.3']);
  for (const connection of all[0]?.connections ?? []) expect(await connection.closed()).toBe('fin');

  // The last good addresses stay in use.
  const { lookups } = names;
  names.become();
  await eventually(() => expect(names.lookups).toBeGreaterThan(lookups + 2));
  expect(urls(proxy)).toEqual([at('127.0.0.2'), at('127.0.0.3')]);
});

here('A request that comes before the first lookup is done waits for it', async () => {
  const { port } = await startAt('127.0.0.1', '127.0.0.2');
  const names = new Names('127.0.0.1', '127.0.0.2');
  names.delayMs = 200;
  const proxy = await startGateway({ '--target': `http://${name}:${port}`, '--resolve': 'all' });
  expect(urls(proxy)).toEqual([`http://${name}:${port}`]);
  expect((await ask(proxy)).status).toBe(200);
  await eventually(() => expect(urls(proxy).length).toBe(2));
});

const record = (port: number, more: Partial<SrvRecord> = {}): SrvRecord => ({
  ...{ name: '127.0.0.1', port, priority: 10, weight: 1 },
  ...more,
});

here('SRV records name the targets with port and weight, and are followed', async () => {
  const backends = await Promise.all([1, 2, 3].map(() => RawUpstream.start()));
  for (const [i, backend] of backends.entries()) backend.respond(ok(String(i)));
  const [a, b, c] = backends.map(({ port }) => port) as [number, number, number];
  let records = [record(a, { weight: 20 }), record(b, { weight: 10 })];
  const asked: string[] = [];
  const proxy = await startGateway(
    {
      '--target': 'srv+http://_http._tcp.backend.test/base',
      ...{ '--dns-refresh': '100ms', '--slow-start': 0 },
    },
    null,
    {
      srvLookup: (srvName, done) => {
        asked.push(srvName);
        setImmediate(() => done(null, records));
      },
    },
  );
  const at = (port: number) => `http://127.0.0.1:${port}/base`;
  await eventually(() => expect(urls(proxy)).toEqual([at(a), at(b)]));
  expect(asked[0]).toBe('_http._tcp.backend.test');
  expect(await say(proxy, 6)).toEqual(['0', '0', '0', '0', '1', '1']);
  expect(backends[0]?.requests[0]?.target).toBe('/base/');

  // What is of a higher number stands by for the others.
  records = [record(b), record(c, { priority: 20 })];
  await eventually(() => expect(urls(proxy)).toEqual([at(b), at(c)]));
  expect(await say(proxy, 3)).toEqual(['1', '1', '1']);
  proxy.service.upstreams.all[0]!.drained = true;
  expect(await say(proxy, 3)).toEqual(['2', '2', '2']);
});

test('Until SRV records are known requests are told so, and the failure is told once', async () => {
  const failures: string[] = [];
  let lookups = 0;
  const proxy = await startGateway(
    { '--target': 'srv+http://backend.test', '--dns-refresh': '100ms' },
    null,
    {
      srvLookup: (_name, done) => {
        lookups += 1;
        setImmediate(() => done(new Error('querySrv ENOTFOUND'), []));
      },
    },
  );
  proxy.instance.events.on('srv_lookup_failed', (srvName, error) =>
    failures.push(`${srvName} ${error.message}`),
  );
  await eventually(() => expect(lookups).toBeGreaterThan(2));
  expectProblem(await ask(proxy), 502, 'dns_error');
  expect(failures).toEqual(['backend.test querySrv ENOTFOUND']);
  expect(proxy.instance.metrics.health()).toEqual({
    status: 'unhealthy',
    reasons: ['no address of any target is known'],
  });
});
