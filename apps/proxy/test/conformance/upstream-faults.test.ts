import { expect, test } from 'vitest';
import {
  breakerFailures,
  expectProblem,
  ok,
  relay,
  request,
  response,
  setUp,
} from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

type Fault = [section: string, what: string, bytes: string];

/** What does not even begin as HTTP: 502, and counted against the upstream. */
const notHttp: Fault[] = [
  ['9112 4', 'garbage', 'I am a teapot\r\n\r\n'],
  ['9112 4', 'a TLS alert', '\x15\x03\x01\x00\x02\x02\x28'],
  ['9112 4', 'a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
  ['9112 4', 'a status of four digits', response('1000 Big', ['Content-Length: 0'])],
  ['9112 4', 'status 099', response('099 Low', ['Content-Length: 0'])],
  ['9112 4', 'status 000', response('000 None', ['Content-Length: 0'])],
  ['9112 4', 'a negative status', response('-20 OK', ['Content-Length: 0'])],
  ['9112 4', 'a status with letters', response('2OO OK', ['Content-Length: 0'])],
  ['9112 2.3', 'the version HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['9112 2.3', 'the version HTTP/3', 'HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['9112 4', 'another protocol name', 'ICY 200 OK\r\nContent-Length: 0\r\n\r\n'],
];

/** Responses in HTTP that may not be passed on: 502, and no word on whether the upstream is well. */
const unrelayable: Fault[] = [
  [
    '9112 6.3',
    'two Content-Length that differ',
    response('200 OK', ['Content-Length: 1', 'Content-Length: 2'], 'h'),
  ],
  ['9112 6.3', 'Content-Length as a list', response('200 OK', ['Content-Length: 2, 3'], 'hi')],
  ['9112 6.3', 'Content-Length with a plus sign', response('200 OK', ['Content-Length: +2'], 'hi')],
  ['9112 6.3', 'a negative Content-Length', response('200 OK', ['Content-Length: -2'], 'hi')],
  ['9112 6.3', 'Content-Length in hex', response('200 OK', ['Content-Length: 0x2'], 'hi')],
  [
    '9112 6.3',
    'a Content-Length beyond 64 bits',
    response('200 OK', ['Content-Length: 18446744073709551617'], 'h'),
  ],
  [
    '9112 6.1',
    'Transfer-Encoding with Content-Length',
    response('200 OK', ['Transfer-Encoding: chunked', 'Content-Length: 2'], '0\r\n\r\n'),
  ],
  [
    '9112 6.1',
    'Content-Length before Transfer-Encoding',
    response('200 OK', ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  ],
  ['9112 6.1', 'an unknown transfer coding', response('200 OK', ['Transfer-Encoding: x'], 'hi')],
  [
    '9112 6.1',
    'chunked before another coding',
    response('200 OK', ['Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'),
  ],
  ['9112 5.1', 'a space before the colon', response('200 OK', ['X-A : b', 'Content-Length: 0'])],
  ['9112 5.1', 'a space in a field name', response('200 OK', ['X A: b', 'Content-Length: 0'])],
  ['9112 5.1', 'a field line without a colon', response('200 OK', ['X-A', 'Content-Length: 0'])],
  ['9112 5.1', 'an empty field name', response('200 OK', [': b', 'Content-Length: 0'])],
  ['9112 5.2', 'obs-fold', response('200 OK', ['X-A: b', ' c', 'Content-Length: 0'])],
  ['9110 5.5', 'NUL in a value', response('200 OK', ['X-A: b\0c', 'Content-Length: 0'])],
  ['9110 5.5', 'a bare CR in a value', response('200 OK', ['X-A: b\rc', 'Content-Length: 0'])],
  ['9112 2.2', 'a bare LF after a field', 'HTTP/1.1 200 OK\r\nX-A: b\nContent-Length: 0\r\n\r\n'],
  ['9112 2.2', 'a bare LF after the status line', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
  ['9110 5.4', 'a head without bound', response('200 OK', [`X-A: ${'b'.repeat(100_000)}`])],
  [
    '9110 15.2.2',
    'a 101 that nobody asked for',
    response('101 Switching Protocols', ['Upgrade: x', 'Connection: upgrade']),
  ],
];

test.each([
  ...notHttp.map((fault) => [...fault, 1] as const),
  ...unrelayable.map((fault) => [...fault, 0] as const),
])('RFC %s: %s of an upstream is answered 502', async (...row) => {
  const { response: seen, proxy, upstream } = await relay(row[2]);
  expectProblem(seen, 502, 'http_protocol_error');
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_protocol_error', attempts: 1 });
  expect(breakerFailures(proxy)).toBe(row[3]);
  await upstream.connections[0]?.closed();
});

test('RFC 9112 4: one URL whose response cannot be relayed does not shut off the others', async () => {
  const { upstream, proxy, client } = await setUp({
    ...{ '--max-retries': 0, '--circuit-breaker-threshold': 1 },
    '--max-concurrent-requests': 'auto',
  });
  upstream.respond(({ target }) => unrelayable[Number(target.slice(1))]?.[2] ?? ok('well'));
  const limit = proxy.service.permits.limit;
  for (const [i, [, what]] of unrelayable.entries()) {
    await client.send(request(`GET /${i}`));
    expect((await client.readResponse()).status, what).toBe(502);
  }
  await client.send(request('GET /well'));
  expect((await client.readResponse()).body.toString()).toBe('well');
  expect(proxy.service.permits.limit).toBeGreaterThanOrEqual(limit);
});

test('RFC 9112 7.1: a malformed chunk cuts the response and is held against nobody', async () => {
  const { upstream, proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
  const head = response('200 OK', ['Transfer-Encoding: chunked']);
  upstream.respond(async ({ target }, connection) => {
    if (target !== '/') return ok('well');
    await connection.send(`${head}2\r\nhi\r\n`);
    await client.reader.sees('hi', 'the first chunk');
    return 'zz\r\n';
  });
  await client.send(request('GET /'));
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
  const other = await proxy.connect();
  await other.send(request('GET /well'));
  expect((await other.readResponse()).body.toString()).toBe('well');
});

test('RFC 9112 8: a chunked response that breaks off counts against the upstream', async () => {
  const { upstream, proxy, client } = await setUp();
  const head = response('200 OK', ['Transfer-Encoding: chunked', 'Connection: close']);
  upstream.respond(async (_request, connection) => {
    await connection.send(`${head}2\r\nhi\r\n`);
    await client.reader.sees('hi', 'the first chunk');
    connection.end();
    return undefined;
  });
  await client.send(request('GET /'));
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
  expect(breakerFailures(proxy)).toBe(1);
});

const cookies = (kib: number): string[] =>
  Array.from({ length: kib }, (_, i) => `Set-Cookie: c${i}=${'x'.repeat(1000)}; Path=/`);

test('RFC 9110 5.4: --max-header-size holds for responses too, and a refusal names it', async () => {
  const bytes = response('200 OK', [...cookies(20), 'Content-Length: 2'], 'hi');
  const { response: refused, upstream } = await relay(bytes);
  expectProblem(refused, 502, 'http_protocol_error');
  expect(JSON.parse(refused.body.toString()).detail).toBe(
    `target ${upstream.origin} sent a response head above 16 KiB (--max-header-size)`,
  );
  const raised = await relay(bytes, { flags: { '--max-header-size': '64KiB' } });
  expect(raised.response.status).toBe(200);
  expect(raised.response.fields.filter(([name]) => name === 'Set-Cookie')).toHaveLength(20);
  const lowered = await relay(bytes, { flags: { '--max-header-size': '8KiB' } });
  expect(JSON.parse(lowered.response.body.toString()).detail).toContain('above 8 KiB');
});

test.each(notHttp.slice(0, 3))(
  'RFC %s: after %s of an upstream both go on with the next request',
  async (...row) => {
    const { upstream, client } = await setUp({ '--max-retries': 0 });
    upstream.respond(({ target }) => (target === '/next' ? ok('next') : row[2]));
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(502);
    await client.send(request('GET /next'));
    expect((await client.readResponse()).body.toString()).toBe('next');
  },
);

test('RFC 9112 9.5: an upstream that refuses the connection is answered 502', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-retries': 0 });
  await upstream.close();
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 502, 'connection_refused');
  expect(breakerFailures(proxy)).toBe(1);
});

test.each([
  ['ends the connection before its answer', 'end'],
  ['resets the connection before its answer', 'reset'],
] as const)('RFC 9112 9.5: an upstream that %s is answered 502', async (...row) => {
  const { upstream, proxy, client } = await setUp({ '--max-retries': 0 });
  upstream.respond((_request, connection) => {
    connection[row[1]]();
    return undefined;
  });
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 502, 'connection_terminated');
  expect(breakerFailures(proxy)).toBe(1);
});

test.each([
  ['ends', 'end'],
  ['resets', 'reset'],
] as const)('RFC 9112 8: an upstream that %s within its head is answered 502', async (...row) => {
  const { upstream, client } = await setUp({ '--max-retries': 0 });
  upstream.respond(async (_request, connection) => {
    await connection.send('HTTP/1.1 200 OK\r\nContent-Le');
    connection[row[1]]();
    return undefined;
  });
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expect(seen.status).toBe(502);
  expect(fieldOf(seen, 'proxy-status')).toMatch(/connection_terminated|http_protocol_error/);
});

test('RFC 9112 9.5: an upstream that closes each connection at once is answered 502', async () => {
  const { upstream, client } = await setUp({ '--max-retries': 0 });
  await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
  (await upstream.accept()).reset();
  const seen = await client.readResponse();
  expect(seen.status).toBe(502);
});

test('RFC 9112 9.3: an answer before any request is not taken for the answer to one', async () => {
  const { upstream, client } = await setUp({ '--max-retries': 0 });
  await client.send(request('GET /1'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(ok('first') + ok('second, unasked'));
  expect((await client.readResponse()).body.toString()).toBe('first');
  await connection.closed();
  await client.send(request('GET /2'));
  const next = await upstream.accept();
  await next.readRequest();
  await next.send(ok('third'));
  expect((await client.readResponse()).body.toString()).toBe('third');
});

test('RFC 9112 4: a silent upstream is answered 504', async () => {
  const { proxy, client } = await setUp({ '--read-timeout': '100ms' });
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
  expect(breakerFailures(proxy)).toBe(1);
});

test('--first-byte-timeout alone bounds the silence before the response', async () => {
  const { proxy, client } = await setUp({
    '--first-byte-timeout': '100ms',
    '--read-timeout': '1h',
  });
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
  expect(breakerFailures(proxy)).toBe(1);
});

test('--read-timeout alone bounds the silence within the response', async () => {
  const { proxy, upstream, client } = await setUp({
    '--first-byte-timeout': '1h',
    '--read-timeout': '100ms',
  });
  upstream.respond(async (_, connection) => {
    // Begins later than a read timeout allows, then goes silent.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await connection.send(response('200 OK', ['Content-Length: 9'], 'half'));
    return undefined;
  });
  await client.send(request('GET /'));
  const bytes = await client.reader.toEnd('the cut');
  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  expect((await proxy.finished()).outcome).toBe('connection_read_timeout');
});

test('RFC 9112 4: an upstream that never ends its head is answered 504', async () => {
  const { upstream, client } = await setUp({ '--read-timeout': '100ms' });
  upstream.respond('HTTP/1.1 200 OK\r\nX-A: b\r\n');
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
});

test('RFC 9112 2.2: an answer may begin with an empty line, or is a fault', async () => {
  const { response: seen } = await relay(`\r\n${ok('late')}`);
  expect([200, 502]).toContain(seen.status);
  if (seen.status === 200) expect(seen.body.toString()).toBe('late');
});

test('RFC 9112 6.3: Content-Length twice with one value is one or a fault, never two', async () => {
  const bytes = response('200 OK', ['Content-Length: 2', 'Content-Length: 2'], 'hi');
  const { response: seen } = await relay(bytes);
  if (seen.status !== 502) expect(seen.body.toString()).toBe('hi');
});

test('RFC 9112 6.1: Transfer-Encoding of an HTTP/1.0 upstream is no silent corruption', async () => {
  const bytes = 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n';
  const { response: seen } = await relay(bytes);
  if (seen.status !== 502) expect(seen.body.toString()).toBe('hi');
});

test('RFC 9112 9.6: an upstream that answers early and ends is relayed, not blamed', async () => {
  const { upstream, proxy, client } = await setUp({ '--max-retries': 0 });
  await client.send(request('POST /', ['Content-Length: 100000'], 'x'.repeat(1000)));
  const connection = await upstream.accept();
  await connection.reader.sees('x'.repeat(1000), 'the begin of the body');
  connection.end(response('413 Too Large', ['Connection: close', 'Content-Length: 3'], 'big'));
  const seen = await client.readResponse('POST');
  expect([seen.status, seen.body.toString()]).toEqual([413, 'big']);
  expect(await proxy.finished()).toMatchObject({ status: 413 });
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9110 15.6: 5xx of an upstream that the breaker counts are 502, 503 and 504', async () => {
  const counted = [];
  for (const status of [500, 501, 502, 503, 504, 505, 404, 429]) {
    const { proxy } = await relay(response(`${status} X`, ['Content-Length: 0']));
    await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
    if (breakerFailures(proxy) === 1) counted.push(status);
  }
  expect(counted).toEqual([502, 503, 504]);
});
