import { expect, test } from 'vitest';
import {
  breakerFailures,
  type Case,
  ok,
  request,
  response,
  setUp,
  setUpBusy,
} from '../kit/cases.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';

const leavings: [how: string, leave: (client: RawClient) => void][] = [
  ['resets', (client) => client.reset()],
  ['closes', (client) => client.destroy()],
];

async function expectGone({ proxy }: Pick<Case, 'proxy'>): Promise<void> {
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', status: 499 });
  expect(breakerFailures(proxy)).toBe(0);
  // For as long again as it was at work, an upstream of which nothing is known is thought to go on.
  await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
}

test.each(leavings)(
  'RFC 9110 7.3: a client that %s while queued frees its place',
  async (...row) => {
    const { upstream, proxy, client, first, connection } = await setUpBusy();
    await client.send(request('GET /queued'));
    await proxy.queued(1);

    row[1](client);
    expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 0 });
    expect(proxy.service.permits.queued).toBe(0);
    await connection.send(ok());
    expect((await first.readResponse()).status).toBe(200);
    expect(upstream.requests.map(({ target }) => target)).toEqual(['/first']);
  },
);

test('RFC 9110 7.3: a client that leaves while queued with a body frees its place', async () => {
  const { proxy, client } = await setUpBusy();
  await client.send(request('POST /queued', ['Content-Length: 9'], 'half'));
  await proxy.queued(1);
  client.destroy();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 0 });
  expect(proxy.service.permits.queued).toBe(0);
});

test.each(leavings)(
  'RFC 9110 7.3: a client that %s while connecting ends the connect',
  async (...row) => {
    // A TLS handshake that is never answered: connected by TCP, but not by our count.
    const silent = await RawUpstream.start();
    const running = await setUp({ '--target': silent.origin.replace('http', 'https') });
    await running.client.send(request('GET /'));
    const connection = await silent.accept();
    await connection.reader.some('a ClientHello');
    row[1](running.client);
    await connection.closed();
    await expectGone(running);
  },
);

test('RFC 9110 7.3: a client that leaves while waiting for a connection frees its place', async () => {
  const { upstream, proxy, client } = await setUp({ '--pool-maxsize': 1 });
  const first = await proxy.connect();
  await first.send(request('GET /first'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await client.send(request('GET /second'));
  const pool = proxy.service.upstreams.all[0]?.pool;
  await eventually(() => expect(pool?.stats().waiting).toBe(1));
  client.destroy();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  expect(pool?.stats().waiting).toBe(0);
  await connection.send(ok());
  expect((await first.readResponse()).status).toBe(200);
});

for (const [how, leave] of leavings) {
  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])(
    `RFC 9110 7.3: a client that ${how} while waiting for the answer to %s ends it upstream`,
    async (method) => {
      const running = await setUp();
      await running.client.send(request(`${method} /`));
      const connection = await running.upstream.accept();
      await connection.readRequest();
      leave(running.client);
      await connection.closed();
      await expectGone(running);
    },
  );

  test(`RFC 9110 7.3: a client that ${how} after its whole body ends the wait upstream`, async () => {
    const running = await setUp();
    await running.client.send(request('POST /', ['Content-Length: 2'], 'hi'));
    const connection = await running.upstream.accept();
    await connection.readRequest();
    leave(running.client);
    await connection.closed();
    await expectGone(running);
  });

  test(`RFC 9110 7.3: a client that ${how} in the middle of an upload ends it upstream`, async () => {
    const running = await setUp();
    await running.client.send(request('PUT /', ['Content-Length: 1000'], 'the begin'));
    const connection = await running.upstream.accept();
    await connection.reader.until('the begin', 'the begin of the body');
    leave(running.client);
    await connection.closed();
    await expectGone(running);
    expect(running.upstream.requests).toEqual([]);
  });

  test(`RFC 9110 7.3: a client that ${how} in a chunked upload never completes it upstream`, async () => {
    const running = await setUp();
    const begin = request('POST /', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n');
    await running.client.send(begin);
    const connection = await running.upstream.accept();
    await connection.reader.until('hello', 'the begin of the body');
    leave(running.client);
    await connection.closed();
    expect(connection.reader.received.toString()).not.toContain('\r\n0\r\n');
    await expectGone(running);
  });

  test(`RFC 9110 7.3: a client that ${how} in the middle of an answer ends it upstream`, async () => {
    const running = await setUp();
    await running.client.send(request('GET /'));
    const connection = await running.upstream.accept();
    await connection.readRequest();
    await connection.send(response('200 OK', ['Content-Length: 1000'], 'the begin'));
    await running.client.reader.until('the begin', 'the begin of the answer');
    leave(running.client);
    await connection.closed();
    expect(await running.proxy.finished()).toMatchObject({ outcome: 'client_gone' });
    expect(breakerFailures(running.proxy)).toBe(0);
  });
}

test('RFC 9110 7.3: a client that leaves a stream which it does not read ends it upstream', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(request('GET /'));
  const connection = await upstream.accept();
  await connection.readRequest();
  client.socket.pause();
  await connection.send(response('200 OK', ['Transfer-Encoding: chunked']));
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  // Until nothing more fits: the proxy reads no faster than its client.
  while (connection.socket.writableLength < 1 << 20) connection.socket.write(chunk);
  client.reset();
  await connection.closed();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
});

test('RFC 9110 7.3: a client that leaves during a backoff is not tried for again', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-retries': 5 });
  upstream.respond(response('503 Busy', ['Retry-After: 20', 'Content-Length: 0']));
  await client.send(request('GET /'));
  await upstream.nextRequest();
  await eventually(() => expect(proxy.service.traffic.retries).toBe(1));
  client.destroy();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 1 });
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9112 9.6: a client that ends its side after the request has left, by our reading', async () => {
  const running = await setUp();
  await running.client.send(request('GET /'));
  const connection = await running.upstream.accept();
  await connection.readRequest();
  running.client.end();
  await connection.closed();
  expect((await running.proxy.finished()).detail).toBe(
    'the client left, or closed its sending side (--half-close abort)',
  );
  expect(breakerFailures(running.proxy)).toBe(0);
});

const answering = { '--half-close': 'answer' };

test('RFC 9112 9.6: with --half-close answer a client that ended its side is served, and then closed', async () => {
  const { upstream, proxy, client } = await setUp(answering);
  await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
  client.end();
  const connection = await upstream.accept();
  await connection.readRequest();
  await eventually(() => expect([...proxy.instance.clientSockets][0]?.readableEnded).toBe(true));
  await connection.send(ok('served'));
  expect((await client.readResponse()).body.toString()).toBe('served');
  expect(await client.closed()).toBe('fin');
  expect(await proxy.finished()).toMatchObject({
    outcome: 'ok',
    detail: 'the client had ended its sending side (--half-close answer)',
  });
});

test('RFC 9112 9.3.2: with --half-close answer pipelined requests before a FIN are all served', async () => {
  const { upstream, client } = await setUp(answering);
  upstream.respond((seen) => ok(seen.target));
  await client.send(['/1', '/2', '/3'].map((path) => request(`GET ${path}`)).join(''));
  client.end();
  for (const path of ['/1', '/2', '/3']) {
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
  expect(await client.closed()).toBe('fin');
});

test('RFC 9112 9.6: only with --half-close answer does a client that ended its side keep its place', async () => {
  for (const flags of [answering, {}]) {
    const { proxy, client, first, connection } = await setUpBusy(flags);
    await client.send(request('GET /queued'));
    await proxy.queued(1);
    client.end();
    if (flags === answering) {
      await eventually(() => {
        const ended = [...proxy.instance.clientSockets].filter((one) => one.readableEnded);
        expect(ended).toHaveLength(1);
      });
      expect(proxy.service.permits.queued).toBe(1);
    } else {
      await proxy.queued(0);
    }
    await connection.send(ok());
    expect((await first.readResponse()).status).toBe(200);
    if (flags !== answering) continue;
    await connection.readRequest();
    await connection.send(ok('late'));
    expect((await client.readResponse()).body.toString()).toBe('late');
  }
});

test('RFC 9112 9.6: with --half-close answer a reset frees the place, queued or not', async () => {
  const { proxy, client, first, connection } = await setUpBusy(answering);
  await client.send(request('GET /queued'));
  await proxy.queued(1);
  client.reset();
  expect(await proxy.finished()).toMatchObject({
    outcome: 'client_gone',
    detail: 'the client reset the connection',
  });
  expect(proxy.service.permits.queued).toBe(0);
  first.reset();
  await connection.closed();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
});

test('RFC 9112 9.6: with --half-close answer a client that then left is noticed by the first write', async () => {
  const running = await setUp(answering);
  const { upstream, proxy, client } = running;
  await client.send(request('GET /'));
  client.end();
  const connection = await upstream.accept();
  await connection.readRequest();
  await eventually(() => expect([...proxy.instance.clientSockets][0]?.readableEnded).toBe(true));
  client.destroy();
  await connection.send(response('200 OK', ['Transfer-Encoding: chunked']));
  const drip = setInterval(() => connection.socket.write('1\r\nx\r\n'), 5);
  try {
    await connection.closed();
  } finally {
    clearInterval(drip);
  }
  expect(await proxy.finished()).toMatchObject({
    outcome: 'client_gone',
    detail: expect.stringContaining('ended its sending side (--half-close answer) and then left'),
  });
});

test('RFC 9112 8: with --half-close answer a body that ends early is left all the same', async () => {
  const running = await setUp(answering);
  await running.client.send(request('POST /', ['Content-Length: 9'], 'half'));
  const connection = await running.upstream.accept();
  await connection.reader.until('half', 'half of the body');
  running.client.end();
  await connection.closed();
  expect(await running.proxy.finished()).toMatchObject({ outcome: 'client_gone' });
});

test('RFC 9112 8: a client that ends its side within the body never completes it upstream', async () => {
  const running = await setUp();
  await running.client.send(request('POST /', ['Content-Length: 9'], 'half'));
  const connection = await running.upstream.accept();
  await connection.reader.until('half', 'half of the body');
  running.client.end();
  await connection.closed();
  expect(await running.proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  expect(breakerFailures(running.proxy)).toBe(0);
});

test('RFC 9110 7.3: many aborts leave the breaker closed', async () => {
  const { upstream, proxy } = await setUp({ '--circuit-breaker-threshold': 2 });
  for (let i = 0; i < 6; i++) {
    const client = await proxy.connect();
    await client.send(request(i % 2 === 0 ? 'GET /' : 'HEAD /'));
    const connection = await upstream.accept();
    await connection.readRequest();
    client.reset();
    await connection.closed();
    expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  }
  expect(proxy.service.upstreams.all[0]?.breaker.state.name).toBe('closed');
});
