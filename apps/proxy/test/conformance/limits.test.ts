import { expect, test } from 'vitest';
import {
  breakerFailures,
  chunked,
  expectProblem,
  expectRefused,
  forward,
  ok,
  request,
  response,
  setUp,
} from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

test.each([
  ['one long field', request('GET /', [`X-A: ${'b'.repeat(20_000)}`])],
  ['many fields', request('GET /', Array(1000).fill('X-A: bbbbbbbbbbbbbb'))],
  ['a long target', request(`GET /${'a'.repeat(20_000)}`)],
  ['a long field name', request('GET /', [`${'a'.repeat(20_000)}: b`])],
  ['a method without end', 'A'.repeat(20_000)],
])('RFC 6585 5: %s beyond --max-header-size is refused', async (what, bytes) => {
  const isMethod = what.startsWith('a method');
  const { body } = await expectRefused(bytes, isMethod ? 400 : 431);
  if (!isMethod) expect(body.toString()).toContain('larger than --max-header-size');
});

test('RFC 6585 5: a larger --max-header-size lets more through, and the upstream too', async () => {
  const fields = [`X-A: ${'b'.repeat(40_000)}`];
  const seen = await forward(request('GET /', fields), { '--max-header-size': '64KiB' });
  expect(fieldOf(seen.request, 'x-a')).toHaveLength(40_000);
});

test('RFC 9112 7.1.1: chunk extensions without end are refused', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('POST /', ['Transfer-Encoding: chunked'], `1;${'a'.repeat(20_000)}`));
  const seen = await client.readResponse();
  expect([400, 413]).toContain(seen.status);
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(upstream.requests).toEqual([]);
});

test('RFC 9112 7.1.2: trailers beyond --max-header-size are refused', async () => {
  const { upstream, client } = await setUp();
  const trailers = Array(1000).fill('X-A: bbbbbbbbbbbbbbbbb');
  await client.send(
    request('POST /', ['Transfer-Encoding: chunked'], chunked('content', 7, trailers)),
  );
  const seen = await client.readResponse();
  expectProblem(seen, 431, 'client_error');
  expect(seen.body.toString()).toContain('larger than --max-header-size');
  expect(upstream.requests).toEqual([]);
});

const small = { '--max-body-size': '10B' };

test('RFC 9110 15.5.14: a declared body beyond --max-body-size is refused unread', async () => {
  await expectRefused(request('POST /', ['Content-Length: 11']), 413, small);
});

test('RFC 9110 15.5.14: 413 comes instead of 100 (Continue)', async () => {
  const fields = ['Content-Length: 11', 'Expect: 100-continue'];
  const seen = await expectRefused(request('POST /', fields), 413, small);
  expect(seen.interim).toEqual([]);
});

test('RFC 9110 15.5.14: a body of exactly --max-body-size passes', async () => {
  const seen = await forward(request('POST /', ['Content-Length: 10'], '0123456789'), small);
  expect(seen.request.body.toString()).toBe('0123456789');
});

test('RFC 9110 15.5.14: a chunked body that grows beyond --max-body-size is cut off', async () => {
  const { upstream, proxy, client } = await setUp(small);
  const fields = ['Transfer-Encoding: chunked'];
  await client.send(request('POST /', fields, '5\r\nhello\r\n'));
  const connection = await upstream.accept();
  await connection.reader.sees('hello', 'the begin of the body');
  await client.send('6\r\n world\r\n');
  expectProblem(await client.readResponse(), 413, 'client_error');
  await client.closed();
  await connection.closed();
  expect(connection.reader.received.toString()).not.toContain('\r\n0\r\n');
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9110 15.5.14: a chunked body beyond --max-body-size in one packet is cut off', async () => {
  const { upstream, client } = await setUp(small);
  upstream.respond(ok());
  await client.send(
    request('POST /', ['Transfer-Encoding: chunked'], chunked('hello world, hello', 9)),
  );
  expectProblem(await client.readResponse(), 413, 'client_error');
  await client.closed();
  expect(upstream.requests).toEqual([]);
});

test('RFC 9110 15.5.9: a head that does not end in --client-header-timeout is refused', async () => {
  const { proxy, client } = await setUp({ '--client-header-timeout': '100ms' });
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n');
  const seen = await client.readResponse();
  expectProblem(seen, 408, 'client_error');
  expect(seen.body.toString()).toContain('within --client-header-timeout');
  await client.closed();
  expect(await proxy.unreadable()).toBe(408);
});

test('RFC 9110 15.5.9: a head that drips is refused all the same', async () => {
  const { client } = await setUp({ '--client-header-timeout': '200ms' });
  await client.send('GET / HTTP/1.1\r\nHost: a\r\nX-A: ');
  const drip = setInterval(() => client.socket.write('b'), 20);
  try {
    expect((await client.readResponse()).status).toBe(408);
  } finally {
    clearInterval(drip);
  }
});

test('RFC 9112 9.5: a connection on which nothing ever comes is closed', async () => {
  const { proxy, client } = await setUp({ '--client-header-timeout': '100ms' });
  await client.reader.toEnd('the end');
  expect(proxy.instance.metrics.total).toBe(0);
});

test('RFC 9110 15.5.9: a body that stops for --client-body-timeout is refused', async () => {
  const { upstream, proxy, client } = await setUp({ '--client-body-timeout': '100ms' });
  await client.send(request('POST /', ['Content-Length: 10'], 'half'));
  const connection = await upstream.accept();
  const seen = await client.readResponse();
  expectProblem(seen, 408, 'client_error');
  await client.closed();
  await connection.closed();
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9110 15.5.9: a slow client is not blamed on the upstream, nor cut by its timeout', async () => {
  const { upstream, client } = await setUp({ '--read-timeout': '100ms' });
  upstream.respond(ok('patient'));
  await client.send(request('POST /', ['Content-Length: 6']));
  for (const piece of ['on', 'e ', 'mo']) {
    await new Promise((resolve) => setTimeout(resolve, 80));
    await client.send(piece);
  }
  expect((await client.readResponse()).body.toString()).toBe('patient');
});

test('RFC 9110 15.5.9: a client that does not read its answer is let go', async () => {
  const { upstream, proxy, client } = await setUp({ '--client-body-timeout': '200ms' });
  client.socket.pause();
  await client.send(request('GET /'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(response('200 OK', ['Transfer-Encoding: chunked']));
  const chunk = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
  for (let i = 0; i < 64; i++) connection.socket.write(chunk);
  expect((await proxy.finished()).outcome).toMatch(/client_error|client_gone/);
  await connection.closed();
  expect(breakerFailures(proxy)).toBe(0);
});

test('Admission: no more than --max-concurrent-requests are at the upstream, in arrival order', async () => {
  const { upstream, proxy } = await setUp({ '--max-concurrent-requests': 2 });
  const clients = [];
  for (let i = 0; i < 4; i++) {
    const client = await proxy.connect();
    await client.send(request(`GET /${i}`));
    clients.push(client);
    if (i < 2) await upstream.accept().then((one) => one.readRequest());
    else await proxy.queued(i - 1);
  }
  expect(proxy.service.permits.inFlight).toBe(2);
  for (const connection of upstream.connections) await connection.send(ok());
  for (const connection of upstream.connections) {
    await connection.readRequest();
    await connection.send(ok());
  }
  for (const client of clients) expect((await client.readResponse()).status).toBe(200);
  const seen = upstream.requests.map(({ target }) => target).sort();
  expect(seen).toEqual(['/0', '/1', '/2', '/3']);
  await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
});
