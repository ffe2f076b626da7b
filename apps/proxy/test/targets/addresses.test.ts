import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { FullBacklog } from '../diagnosis/full-backlog.ts';
import { breakerFailures, expectProblem, ok, request } from '../kit/cases.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import { Names, name } from '../kit/names.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { patienceMs } from '../kit/waiting-line.ts';

// Every address of 127.0.0.0/8 is this machine on Linux: a port may be served differently at each.
const here = test.runIf(process.platform === 'linux');

const portOf = (server: FullBacklog): number => Number(new URL(server.url).port);

/** One target that is `name`, without retries. */
const start = (port: number, flags: Flags = {}): Promise<TestGateway> =>
  startGateway({ '--target': `http://${name}:${port}`, '--max-retries': 0, ...flags });

/** The content of the next response. */
async function ask(client: RawClient): Promise<string> {
  await client.send(request('GET /'));
  return (await client.readResponse()).body.toString();
}

/** Asks until the condition holds; how many times is up to the clock. */
async function askUntil(client: RawClient, holds: (content: string) => boolean): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (!holds(await ask(client))) {
    if (performance.now() > giveUpAt) throw new Error('asked again and again to no avail');
  }
}

/** One port at two addresses, each saying which it is. */
async function startPair(): Promise<{ port: number; first: RawUpstream; second: RawUpstream }> {
  const first = await RawUpstream.start();
  const second = await RawUpstream.start(first.port, '127.0.0.2');
  first.respond(ok('first'));
  second.respond(ok('second'));
  return { port: first.port, first, second };
}

here('Addresses share the connect timeout, and what became of each is told', async () => {
  const full = await FullBacklog.start();
  new Names('127.0.0.1', '127.0.0.2');
  const proxy = await start(portOf(full), { '--connect-timeout': '1s' });
  const client = await proxy.connect();
  const startedAt = performance.now();
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_timeout');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
  expect((await proxy.finished()).detail).toBe(
    `no connection to ${name}:${portOf(full)} within 1 s (--connect-timeout): ` +
      '127.0.0.2 failed (ECONNREFUSED), 127.0.0.1 was silent',
  );
});

here('When every address refuses, the response names each', async () => {
  const upstream = await RawUpstream.open();
  await upstream.close();
  new Names('127.0.0.1', '127.0.0.2');
  const proxy = await start(upstream.port);
  const client = await proxy.connect();
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 502, 'connection_refused');
  const where = `${name}:${upstream.port}`;
  expect((await proxy.finished()).detail).toBe(
    `${where} (127.0.0.1) refused (ECONNREFUSED); ${where} (127.0.0.2) refused (ECONNREFUSED)`,
  );
  expect(breakerFailures(proxy)).toBe(1);
});

here('New connections spread over the addresses of a name', async () => {
  const { port } = await startPair();
  const names = new Names('127.0.0.1', '127.0.0.2');
  const proxy = await start(port, { '--pool-connections': 0 });
  const client = await proxy.connect();
  expect([await ask(client), await ask(client), await ask(client)]).toEqual([
    'first',
    'second',
    'first',
  ]);
  expect(names.lookups).toBe(1);
});

here('Requests follow a name that moves under load', async () => {
  const { port, first } = await startPair();
  const names = new Names('127.0.0.1');
  const proxy = await start(port, { '--dns-refresh': '100ms' });
  const [busy, client] = [await proxy.connect(), await proxy.connect()];
  // One is at work at the address that goes when it goes.
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  first.respond(async ({ target }) => {
    if (target === '/busy') await finished;
    return ok('first');
  });
  await busy.send(request('GET /busy'));
  expect(await ask(client)).toBe('first');
  const changes: string[][] = [];
  proxy.instance.events.on('addresses_changed', ({ current }, before) =>
    changes.push([before, current].map((all) => all.map(({ address }) => address).join())),
  );
  names.become('127.0.0.2');
  await askUntil(client, (content) => content === 'second');
  expect(changes).toEqual([['127.0.0.1', '127.0.0.2']]);
  finish();
  expect((await busy.readResponse()).body.toString()).toBe('first');
  for (const connection of first.connections) expect(await connection.closed()).toBe('fin');
  expect(proxy.instance.metrics.snapshot().upstreams[0]).toMatchObject({
    addresses: ['127.0.0.2'],
    connections: { open: 1, retired: { age: 0, address: 2 } },
  });
});

here('Idle connections to an address that went are closed before anybody asks again', async () => {
  const { port, first } = await startPair();
  const names = new Names('127.0.0.1');
  const proxy = await start(port, { '--dns-refresh': '100ms', '--pool-idle-timeout': '1h' });
  const clients = [await proxy.connect(), await proxy.connect()] as const;
  // Both are answered once both are there: on two connections.
  let arrived = 0;
  let meet = () => {};
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  first.respond(async () => {
    arrived += 1;
    if (arrived === 2) meet();
    await met;
    return ok('first');
  });
  await Promise.all(clients.map(ask));
  expect(first.connections).toHaveLength(2);
  names.become('127.0.0.2');
  await askUntil(clients[0], () => names.lookups === 2);
  for (const connection of first.connections) expect(await connection.closed()).toBe('fin');
});

here('A lookup that fails leaves the last addresses in use', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok('well'));
  const names = new Names('127.0.0.1');
  const proxy = await start(upstream.port, { '--dns-refresh': '100ms', '--pool-connections': 0 });
  const client = await proxy.connect();
  expect(await ask(client)).toBe('well');
  const failed: string[] = [];
  proxy.instance.events.on('address_refresh_failed', (_name, { message }) => failed.push(message));
  names.become();
  await askUntil(client, () => failed.length > 0);
  expect(await ask(client)).toBe('well');
  expect(failed).toEqual([`getaddrinfo ENOTFOUND ${name}`]);
});

test('A connection that has reached --pool-max-age carries no further request', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok('well'));
  const proxy = await startGateway({ '--target': upstream.origin, '--pool-max-age': '200ms' });
  const client = await proxy.connect();
  await askUntil(client, () => upstream.connections.length > 2);
  expect(upstream.requests.length).toBeGreaterThan(upstream.connections.length);
  expect(await upstream.connections[0]?.closed()).toBe('fin');
  const { connections } = proxy.instance.metrics.snapshot().upstreams[0] ?? {};
  expect(connections?.retired?.age).toBeGreaterThanOrEqual(2);
});
