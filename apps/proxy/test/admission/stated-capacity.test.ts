import { TimerWheel } from '@spillway/core';
import { expect, onTestFinished, test } from 'vitest';
import { CapacityPoll } from '../../src/service/admission/capacity-poll.ts';
import { Resolver, systemLookup } from '../../src/service/upstream/resolver.ts';
import { systemTime } from '../../src/system/system-time.ts';
import { configFromFlags } from '../kit/config-from-flags.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually, WaitingLine } from '../kit/waiting-line.ts';
import { ask, send } from './ask.ts';

const header = { '--capacity-header': 'X-Max-Concurrency' };
const noContent = (fields = '') => `HTTP/1.1 204 No Content\r\n${fields}\r\n`;
const json = (body: string, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** States this in every answer, and is silent on /hang. */
async function startStating(capacity: () => string): Promise<RawUpstream> {
  const upstream = await RawUpstream.start();
  upstream.respond(({ target }) => (target === '/hang' ? undefined : noContent(capacity())));
  return upstream;
}

test('A limit set by hand is lowered to what answers state, and goes no higher than it was set', async () => {
  let stated = 'X-Max-Concurrency: 3\r\n';
  const upstream = await startStating(() => stated);
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--max-concurrent-requests': 5,
    ...header,
  });
  const { permits, limitTuner } = proxy.service;
  expect(permits.limit).toBe(5);
  expect((await ask(proxy)).status).toBe(204);
  expect([permits.limit, limitTuner?.algorithm, limitTuner?.statedCapacity]).toEqual([
    ...[3, 'fixed', 3],
  ]);
  expect(limitTuner?.lastChange).toMatchObject({ from: 5, to: 3, reason: 'stated' });

  const clients = await Promise.all(
    Array.from({ length: 5 }, () => send(proxy, { path: '/hang' })),
  );
  await proxy.queued(2);
  await eventually(() => expect(permits.inFlight).toBe(3));
  for (const client of clients) client.destroy();
  await eventually(() => expect(permits.inFlight).toBe(0));

  stated = 'x-max-concurrency: 1000\r\n';
  await ask(proxy);
  expect([permits.limit, limitTuner?.statedCapacity]).toEqual([5, 1000]);
  stated = 'X-Max-Concurrency: 0\r\n';
  await ask(proxy);
  expect(permits.limit).toBe(1);
});

test('What is no whole number is no capacity, and changes nothing', async () => {
  let stated = 'X-Max-Concurrency: 3\r\n';
  const upstream = await startStating(() => stated);
  const proxy = await startGateway({ '--target': upstream.origin, ...header });
  await ask(proxy);
  for (const word of ['a lot', '-4', '2.5', '']) {
    stated = `X-Max-Concurrency: ${word}\r\n`;
    await ask(proxy);
  }
  stated = '';
  await ask(proxy);
  expect(proxy.service.permits.limit).toBe(3);
});

test('None of several gets more than it states while another has room', async () => {
  const upstreams = await Promise.all(
    [2, 6].map((capacity) => startStating(() => `X-Max-Concurrency: ${capacity}\r\n`)),
  );
  const targets = upstreams.map(({ origin }) => origin);
  const proxy = await startGateway({ '--target': targets, ...header, '--abandoned': 'release' });
  for (const _ of targets) await ask(proxy);
  expect(proxy.service.permits.limit).toBe(8);
  const clients = await Promise.all(
    Array.from({ length: 8 }, () => send(proxy, { path: '/hang' })),
  );
  await eventually(() => {
    expect(proxy.service.upstreams.all.map(({ active }) => active)).toEqual([2, 6]);
  });
  for (const client of clients) client.destroy();
  await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
});

test('Several upstreams take together what each of them states', async () => {
  const upstreams = await Promise.all(
    [3, 4].map((capacity) => startStating(() => `X-Max-Concurrency: ${capacity}\r\n`)),
  );
  const proxy = await startGateway({
    '--target': upstreams.map(({ origin }) => origin),
    ...header,
  });
  await ask(proxy);
  await ask(proxy);
  expect(upstreams.map(({ requests }) => requests.length)).toEqual([1, 1]);
  expect(proxy.service.permits.limit).toBe(7);
});

test('Auto goes to what is stated', async () => {
  const upstream = await startStating(() => 'X-Max-Concurrency: 17\r\n');
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--max-concurrent-requests': 'auto',
    ...header,
  });
  await ask(proxy);
  const { permits, limitTuner } = proxy.service;
  expect([permits.limit, limitTuner?.algorithm, limitTuner?.lastChange?.reason]).toEqual([
    ...[17, 'paced', 'stated'],
  ]);
});

test('A refusal states it too, though it is retried', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(() =>
    upstream.requests.length === 1
      ? 'HTTP/1.1 503 Full\r\nX-Max-Concurrency: 2\r\nContent-Length: 0\r\n\r\n'
      : noContent(),
  );
  const proxy = await startGateway({ '--target': upstream.origin, ...header });
  expect((await ask(proxy)).status).toBe(204);
  expect(proxy.service.permits.limit).toBe(2);
});

test('A path of the upstream is asked at the start, which is no request and takes no permit', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(({ target }) =>
    json(target === '/health?full' ? '{"max_concurrency":6}' : '{}'),
  );
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--capacity-path': '/health?full',
    '--pool-maxsize': 1,
    '--max-concurrent-requests': 10,
  });
  const { instance, service } = proxy;
  await eventually(() => expect(service.permits.limit).toBe(6));
  expect(instance.metrics.snapshot()).toMatchObject({
    metrics: { total_requests: 0, active_requests: 0 },
    admission: { limit: { now: 6, algorithm: 'fixed', stated_capacity: 6 } },
    upstreams: [{ connections: { open: 0 } }],
  });
  expect(upstream.requests.map(({ method, target }) => [method, target])).toEqual([
    ['GET', '/health?full'],
  ]);
});

/** What a poll hears from such an upstream, answer after answer. */
async function startPoll(upstream: RawUpstream, everyMs: number) {
  const heard = new WaitingLine<string | undefined>('an answer to the poll');
  let count = 0;
  const wheel = new TimerWheel(systemTime);
  const hostname = '127.0.0.1';
  const lookups = { lookup: systemLookup, refreshMs: 1000, patienceMs: 1000, wheel };
  const addresses = new Resolver(lookups).addressesOf(hostname);
  const poll = new CapacityPoll({
    asked: () => ({
      scheme: 'http',
      authority: `${hostname}:${upstream.port}`,
      destination: {
        ...{ hostname, port: upstream.port, addresses, tls: null },
        ...{ timeoutMs: 1000, maxHeaderBytes: 1024 },
        engine: configFromFlags({ '--target': upstream.origin }).engine,
      },
    }),
    path: '/health',
    wheel,
    everyMs,
    onHeard: (word) => {
      count++;
      heard.push(word);
    },
  });
  onTestFinished(() => {
    poll.close();
    wheel.stop();
  });
  return { poll, heard, times: () => count };
}

test('It is asked again and again, and what is of no use is heard as nothing', async () => {
  const useless = [
    json('{"max_concurrency":"8"}'),
    json('{}'),
    json('null'),
    json('eight'),
    json('{"max_concurrency":8}', '503 Full'),
    json(`{"max_concurrency":8,"more":"${'x'.repeat(70_000)}"}`),
    'no HTTP\r\n\r\n',
  ];
  const answers = [json('{"max_concurrency":8}'), ...useless, json('{"max_concurrency":9}')];
  const upstream = await RawUpstream.start();
  upstream.respond(() => answers.shift());
  const { heard } = await startPoll(upstream, 5);
  expect(await heard.next()).toBe('8');
  for (const _ of useless) expect(await heard.next()).toBe(undefined);
  expect(await heard.next()).toBe('9');
});

test('An upstream that is not there states nothing', async () => {
  const upstream = await RawUpstream.open();
  await upstream.close();
  const { heard } = await startPoll(upstream, 5);
  expect([await heard.next(), await heard.next()]).toEqual([undefined, undefined]);
});

test('A poll under way is not asked twice, and is cut when the proxy closes', async () => {
  const upstream = await RawUpstream.start();
  const { poll, times } = await startPoll(upstream, 1);
  const connection = await upstream.accept();
  await connection.readRequest();
  const quick = await RawUpstream.start();
  quick.respond(json('{"max_concurrency":8}'));
  const beside = await startPoll(quick, 1);
  for (let i = 0; i < 10; i++) await beside.heard.next();
  poll.close();
  await connection.closed();
  // Nor by its own time limit.
  expect([upstream.connections.length, times()]).toEqual([1, 0]);
});
