import { execFileSync } from 'node:child_process';
import type { Outcome } from '@spillway/contracts';
import { expect, test } from 'vitest';
import {
  breakerFailures,
  type Case,
  expectProblem,
  ok,
  request,
  response,
  setUp,
} from '../kit/cases.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';

async function ask(client: RawClient, path: string) {
  await client.send(request(`GET ${path}`));
  return client.readResponse();
}

const read = async (client: RawClient, path: string) =>
  JSON.parse((await ask(client, path)).body.toString());

const limitDescriptors = (pid: number, limit: number) =>
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);

test.skipIf(process.platform !== 'linux').each([
  ['an address', '127.0.0.1'],
  ['a name', 'localhost'],
])('A proxy out of descriptors does not blame a target that is %s', async (_what, host) => {
  const upstream = await RawUpstream.start();
  upstream.respond(response('200 OK', ['Content-Length: 2', 'Connection: close'], 'hi'));
  const proxy = await ProxyProcess.start([
    ...['--host', '127.0.0.1', '--target', `http://${host}:${upstream.port}`],
    ...['--circuit-breaker-threshold', '1', '--max-retries', '0'],
  ]);
  const client = await proxy.connect();
  expect((await ask(client, '/')).status).toBe(200);

  limitDescriptors(proxy.pid, 1);
  const refused = await ask(client, '/');
  expectProblem(refused, 503, 'proxy_internal_error');
  expect(fieldOf(refused, 'proxy-status')).toContain('error=proxy_internal_error');
  expect(fieldOf(refused, 'retry-after')).toBe('1');
  expect(JSON.parse(refused.body.toString()).detail).toContain('ulimit -n');

  const { status, reasons } = await read(client, '/proxy-health');
  expect(status).toBe('degraded');
  expect(reasons).toEqual([expect.stringContaining('out of file descriptors')]);
  const { process, upstreams } = await read(client, '/proxy-metrics');
  expect(process.shortages.descriptors).toBeGreaterThan(0);
  expect(upstreams[0].breaker).toMatchObject({ state: 'closed', consecutive_failures: 0 });

  limitDescriptors(proxy.pid, 1000);
  expect((await ask(client, '/')).status).toBe(200);
});

test('An error of a listening server is counted and does not end the process', async () => {
  const { proxy, upstream, client } = await setUp();
  upstream.respond(ok('still here'));
  const failed = Object.assign(new Error('accept ENFILE'), { code: 'ENFILE' });
  proxy.running.server.emit('error', failed);
  expect(proxy.instance.metrics.snapshot().process.shortages.descriptors).toBe(1);
  const next = await proxy.connect();
  await next.send(request('GET /'));
  expect((await next.readResponse()).body.toString()).toBe('still here');
  client.destroy();
});

test('A mistake of ours before the request is sent is answered 500, whatever the upstream', async () => {
  const { proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
  const told: unknown[] = [];
  proxy.instance.events.on('internal_error', (_exchange, error) => told.push(error));
  proxy.instance.events.on('attempt_started', () => {
    throw new TypeError('a mistake');
  });
  const answer = await ask(client, '/');
  expectProblem(answer, 500, 'proxy_internal_error');
  expect(told).toEqual([new TypeError('a mistake')]);
  expect(breakerFailures(proxy)).toBe(0);
});

test('A mistake of ours while the response is read is answered 500, and not retried', async () => {
  const { upstream, proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
  upstream.respond(ok('fine'));
  const told: unknown[] = [];
  proxy.instance.events.on('internal_error', (_exchange, error) => told.push(error));
  const [target] = proxy.service.upstreams.all;
  Object.defineProperty(target?.firstByte, 'record', {
    value: () => {
      throw new RangeError('a mistake');
    },
  });
  const answer = await ask(client, '/');
  expectProblem(answer, 500, 'proxy_internal_error');
  expect(told).toEqual([new RangeError('a mistake')]);
  expect(upstream.requests).toHaveLength(1);
  expect(breakerFailures(proxy)).toBe(0);
});

/** What breaks off an attempt that is under way, from outside: client, client's body, deadline, drain. */
const breakingOff: [outcome: Outcome, flags: Flags, act: (running: Case) => unknown][] = [
  ['client_gone', {}, ({ client }) => client.destroy()],
  ['client_error', { '--client-body-timeout': '100ms' }, () => {}],
  ['http_response_timeout', { '--request-timeout': '100ms' }, () => {}],
  ['draining', { '--drain-timeout': '100ms' }, ({ proxy }) => proxy.running.drain()],
];

test.each(breakingOff)('%s within an attempt is held against no upstream', async (...row) => {
  const [outcome, flags, act] = row;
  const running = await setUp({ '--circuit-breaker-threshold': 1, ...flags });
  await running.client.send(request('POST /', ['Content-Length: 10'], 'hello'));
  const connection = await running.upstream.accept();
  await connection.reader.sees('hello', 'half of the body');
  await act(running);
  expect(await running.proxy.finished()).toMatchObject({ outcome, attempts: 1 });
  expect(breakerFailures(running.proxy)).toBe(0);
});
