import { expect, test } from 'vitest';
import {
  breakerFailures,
  chunked,
  expectProblem,
  ok,
  request,
  response,
  setUp,
} from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

test('RFC 9112 9.3: a client connection and an upstream connection carry many requests', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(({ target }) => ok(target));
  for (const path of ['/1', '/2', '/3']) {
    await client.send(request(`GET ${path}`));
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9112 9.6: Connection: close of a client is answered so, and obeyed', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok('bye'));
  await client.send(request('GET /', ['Connection: close']));
  const seen = await client.readResponse();
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(seen.body.toString()).toBe('bye');
  expect(await client.closed()).toBe('fin');
});

test('RFC 9112 9.6: what a client sends after Connection: close is not a request', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('GET /1', ['Connection: close']) + request('GET /2'));
  expect((await client.readResponse()).status).toBe(200);
  await client.closed();
  expect(upstream.requests.map(({ target }) => target)).toEqual(['/1']);
});

test('RFC 9112 9.6: a client that closes does not cost its upstream connection', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('GET /', ['Connection: close']));
  await client.readResponse();
  await client.closed();
  const next = await proxy.connect();
  await next.send(request('GET /'));
  expect((await next.readResponse()).status).toBe(200);
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9112 9.3: an HTTP/1.0 client is answered and the connection closed', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok('old'));
  await client.send('GET / HTTP/1.0\r\n\r\n');
  const seen = await client.readResponse();
  expect(seen.body.toString()).toBe('old');
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(await client.closed()).toBe('fin');
});

test('RFC 9112 C.2.2: an HTTP/1.0 client that asks for keep-alive gets it with a length', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok('old'));
  for (let i = 0; i < 2; i++) {
    await client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    const seen = await client.readResponse();
    expect(fieldOf(seen, 'connection')).toBe('keep-alive');
    expect(seen.body.toString()).toBe('old');
  }
});

test('RFC 9112 C.2.2: an HTTP/1.0 client is not kept where the end delimits the answer', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], '3\r\nold\r\n0\r\n\r\n'));
  await client.send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
  const seen = await client.readResponse();
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(seen.body.toString()).toBe('old');
});

test('RFC 9112 9.3.2: pipelined requests are answered in their order, whoever is first', async () => {
  const { upstream, client } = await setUp();
  await client.send(['/1', '/2', '/3'].map((path) => request(`GET ${path}`)).join(''));
  const byTarget = new Map();
  for (let i = 0; i < 3; i++) {
    const connection = await upstream.accept();
    byTarget.set((await connection.readRequest()).target, connection);
  }
  for (const path of ['/3', '/2', '/1']) await byTarget.get(path).send(ok(path));
  for (const path of ['/1', '/2', '/3']) {
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
});

test('RFC 9112 9.3.2: pipelined requests with bodies and HEAD keep apart', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(({ method, body }) =>
    method === 'HEAD' ? response('200 OK', ['Content-Length: 7']) : ok(body.toString()),
  );
  await client.send(
    request('POST /', ['Content-Length: 3'], 'one') +
      request('HEAD /') +
      request('POST /', ['Transfer-Encoding: chunked'], '3\r\ntwo\r\n0\r\n\r\n'),
  );
  expect((await client.readResponse('POST')).body.toString()).toBe('one');
  expect((await client.readResponse('HEAD')).status).toBe(200);
  expect((await client.readResponse('POST')).body.toString()).toBe('two');
});

test('RFC 9112 9.3.2: a fault after a good pipelined request does not take its answer away', async () => {
  const { upstream, client } = await setUp();
  await client.send(`${request('GET /')}garbage\r\n\r\n`);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(ok('good'));
  const seen = await client.readResponse();
  expect(seen.body.toString()).toBe('good');
  await client.reader.toEnd('the end');
});

test('RFC 9112 9.3.2: a fault behind an answer of ours does not overtake the answers before that', async () => {
  // The second request is refused at once, while the first one waits: the answer to the third was taken for the first one's.
  const { upstream, client } = await setUp();
  upstream.respond(ok('first'));
  const refused = 'GET / HTTP/1.1\r\n\r\n';
  await client.send(`${request('GET /first')}${refused}rubbish\r\n\r\n`);
  expect((await client.readResponse()).body.toString()).toBe('first');
  expectProblem(await client.readResponse(), 400, 'client_error');
  await client.closed();
});

test('RFC 9112 9.3.2: hundreds of pipelined requests with bodies are all answered in their order', async () => {
  const { upstream, client } = await setUp({
    '--max-concurrent-requests': 5,
    '--max-queue-size': 500,
  });
  upstream.respond(({ target, body }) => ok(`${target}${body}`));
  const framed = ['Transfer-Encoding: chunked'];
  const kinds = [
    (path: string) => request(`POST ${path}`, ['Content-Length: 3'], 'abc'),
    (path: string) => request(`PUT ${path}`, framed, chunked('abc', 2)),
    (path: string) => request(`POST ${path}`, ['Content-Length: 0']),
  ];
  const asks = Array.from({ length: 300 }, (_, i) => kinds[i % 3]?.(`/${i}`));
  void client.send(asks.join(''));
  for (let i = 0; i < asks.length; i++) {
    expect((await client.readResponse()).body.toString()).toBe(`/${i}${i % 3 === 2 ? '' : 'abc'}`);
  }
});

test('RFC 9112 9.3.2: an abort cancels every request of the pipeline', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(request('GET /1') + request('GET /2'));
  const connections = [await upstream.accept(), await upstream.accept()];
  for (const connection of connections) await connection.readRequest();
  client.destroy();
  for (const connection of connections) await connection.closed();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9112 9.6: an upstream that closes is not used again', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('200 OK', ['Connection: close', 'Content-Length: 0']));
  for (let i = 0; i < 2; i++) {
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
  }
  expect(upstream.connections).toHaveLength(2);
});

test('RFC 9112 9.3: an HTTP/1.0 upstream is not used again', async () => {
  const { upstream, client } = await setUp();
  upstream.respond('HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold');
  for (let i = 0; i < 2; i++) {
    await client.send(request('GET /'));
    const seen = await client.readResponse();
    expect(seen.startLine).toBe('HTTP/1.1 200 OK');
    expect(seen.body.toString()).toBe('old');
  }
  expect(upstream.connections).toHaveLength(2);
});

test('RFC 9112 9.3: an idle connection that the upstream ended is not used again', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('POST /', ['Content-Length: 0']));
  await client.readResponse();
  upstream.connections[0]?.end();
  const pool = proxy.service.upstreams.all[0]?.pool;
  await eventually(() => expect(pool?.stats().open).toBe(0));
  await client.send(request('POST /', ['Content-Length: 0']));
  expect((await client.readResponse()).status).toBe(200);
  await proxy.finished();
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 1 });
});

test('RFC 9112 9.3: an idle connection that the upstream reset is not used again', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('GET /'));
  await client.readResponse();
  upstream.connections[0]?.reset();
  const pool = proxy.service.upstreams.all[0]?.pool;
  await eventually(() => expect(pool?.stats().open).toBe(0));
  await client.send(request('POST /', ['Content-Length: 0']));
  expect((await client.readResponse()).status).toBe(200);
});

test('RFC 9112 9.3.1: a GET on a connection that goes stale is sent again on a new one', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond((_request, connection) => {
    if (connection.requests.length === 1) return ok(String(upstream.connections.length));
    connection.reset();
    return undefined;
  });
  await client.send(request('GET /1'));
  expect((await client.readResponse()).body.toString()).toBe('1');
  await client.send(request('GET /2'));
  expect((await client.readResponse()).body.toString()).toBe('2');
  await proxy.finished();
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 2 });
});

test('RFC 9112 9.3.1: a POST on a connection that goes stale is not sent again', async () => {
  const { upstream, client } = await setUp();
  upstream.respond((_request, connection) => {
    if (connection.requests.length === 1) return ok();
    connection.end();
    return undefined;
  });
  await client.send(request('GET /1'));
  await client.readResponse();
  await client.send(request('POST /2', ['Content-Length: 2'], 'hi'));
  expect((await client.readResponse()).status).toBe(502);
  expect(upstream.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('RFC 9112 9.3: bytes on an idle upstream connection are never an answer', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(({ target }) => ok(target));
  await client.send(request('GET /1'));
  await client.readResponse();
  await upstream.connections[0]?.send(ok('unasked'));
  const pool = proxy.service.upstreams.all[0]?.pool;
  await eventually(() => expect(pool?.stats().open).toBe(0));
  await client.send(request('GET /2'));
  expect((await client.readResponse()).body.toString()).toBe('/2');
});

test('RFC 9112 9.5: an idle client connection is closed after --client-idle-timeout', async () => {
  const { upstream, client } = await setUp({ '--client-idle-timeout': '100ms' });
  upstream.respond(ok());
  await client.send(request('GET /'));
  await client.readResponse();
  expect(await client.closed()).toBe('fin');
});

test('RFC 9112 9.5: an idle upstream connection is closed after --pool-idle-timeout', async () => {
  const { upstream, client } = await setUp({ '--pool-idle-timeout': '100ms' });
  upstream.respond(ok());
  await client.send(request('GET /'));
  await client.readResponse();
  await upstream.connections[0]?.closed();
});

test('RFC 9112 9.4: more connections than --pool-connections are not kept', async () => {
  const { upstream, proxy, client } = await setUp({ '--pool-connections': 1 });
  await client.send(request('GET /1') + request('GET /2'));
  const connections = [await upstream.accept(), await upstream.accept()];
  for (const connection of connections) await connection.readRequest();
  for (const connection of connections) await connection.send(ok());
  for (let i = 0; i < 2; i++) expect((await client.readResponse()).status).toBe(200);
  const pool = proxy.service.upstreams.all[0]?.pool;
  await eventually(() => expect(pool?.stats()).toMatchObject({ open: 1, idle: 1 }));
});

test('RFC 9112 9.4: no more connections than --pool-maxsize are opened', async () => {
  const { upstream, client } = await setUp({ '--pool-maxsize': 1 });
  upstream.respond(({ target }) => ok(target));
  await client.send(['/1', '/2', '/3'].map((path) => request(`GET ${path}`)).join(''));
  for (const path of ['/1', '/2', '/3']) {
    expect((await client.readResponse()).body.toString()).toBe(path);
  }
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9112 9.6: an answer that comes before the whole body costs the upstream connection alone', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('POST /', ['Content-Length: 100'], 'only this'));
  const connection = await upstream.accept();
  await connection.reader.until('only this', 'the head and the begin of the body');
  await connection.send(response('413 Too Large', ['Content-Length: 2'], 'no'));
  const seen = await client.readResponse('POST');
  expect([seen.status, seen.body.toString()]).toEqual([413, 'no']);
  await connection.closed();
  upstream.respond(ok('next'));
  await client.send('x'.repeat(91) + request('GET /next'));
  expect((await client.readResponse()).body.toString()).toBe('next');
});

test('RFC 9110 9.3: a client that sends nothing costs nothing', async () => {
  const { upstream, proxy, client } = await setUp();
  client.end();
  await client.closed();
  expect(upstream.connections).toHaveLength(0);
  expect(proxy.instance.metrics.total).toBe(0);
});

test.each([{ '--pool-maxsize': 1 }, { '--max-concurrent-requests': 1 }])(
  'RFC 9112 6.3: bytes behind an answer are not the answer to whoever waits for its connection, with %j',
  async (flags) => {
    const { upstream, proxy, client } = await setUp({ ...flags, '--max-retries': 0 });
    const second = await proxy.connect();
    await client.send(request('GET /first'));
    const connection = await upstream.accept();
    await connection.readRequest();
    await second.send(request('GET /second'));
    const pool = proxy.service.upstreams.all[0]?.pool;
    await eventually(() =>
      expect((pool?.stats().waiting ?? 0) + proxy.service.permits.queued).toBe(1),
    );
    upstream.respond(ok('right'));
    await connection.send(ok('first') + ok('wrong'));
    expect((await client.readResponse()).body.toString()).toBe('first');
    expect((await second.readResponse()).body.toString()).not.toBe('wrong');
  },
);
