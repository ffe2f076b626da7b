import { expect, test } from 'vitest';
import { chunked, forward, ok, relay, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';

test('RFC 9112 6.2: a body with Content-Length arrives with the same one', async () => {
  const seen = await forward(request('POST /', ['Content-Length: 5'], 'he\0\xff\n'));
  expect(valuesOf(seen.request, 'content-length')).toEqual(['5']);
  expect(seen.request.framing).toBe('length');
  expect(seen.request.body.toString('latin1')).toBe('he\0\xff\n');
});

test('RFC 9112 7.1: a chunked body arrives chunked, with the same content', async () => {
  const body = 'a chunked body\r\nwith lines';
  const seen = await forward(request('POST /', ['Transfer-Encoding: chunked'], chunked(body)));
  expect(seen.request.framing).toBe('chunked');
  expect(seen.request.body.toString()).toBe(body);
});

test('RFC 9112 7.1: chunk sizes may be upper case and have leading zeros', async () => {
  const bytes = request(
    'POST /',
    ['Transfer-Encoding: chunked'],
    '000A\r\n0123456789\r\n0\r\n\r\n',
  );
  expect((await forward(bytes)).request.body.toString()).toBe('0123456789');
});

test('RFC 9112 7.1.1: chunk extensions are taken off', async () => {
  const bytes = request(
    'POST /',
    ['Transfer-Encoding: chunked'],
    '2;a=b;c="d"\r\nhi\r\n0;e\r\n\r\n',
  );
  const seen = await forward(bytes);
  expect(seen.request.body.toString()).toBe('hi');
  expect(seen.upstream.connections[0]?.reader.received.includes(';')).toBe(false);
});

test('RFC 9112 6.3: an empty chunked body is an empty body', async () => {
  const seen = await forward(request('POST /', ['Transfer-Encoding: chunked'], '0\r\n\r\n'));
  expect(seen.request.body).toHaveLength(0);
  expect(seen.request.framing).not.toBe('close');
});

test('RFC 9110 8.6: POST with Content-Length 0 says so to the upstream', async () => {
  const seen = await forward(request('POST /', ['Content-Length: 0']));
  expect(valuesOf(seen.request, 'content-length')).toEqual(['0']);
});

test('RFC 9112 6.3: a GET without a body gets no framing', async () => {
  const seen = await forward(request('GET /'));
  expect(seen.request.framing).toBe('none');
  expect(valuesOf(seen.request, 'transfer-encoding')).toEqual([]);
});

test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])(
  'RFC 9110 9.3: the body of a %s is forwarded',
  async (method) => {
    const seen = await forward(request(`${method} /`, ['Content-Length: 5'], 'hello'));
    expect(seen.request.method).toBe(method);
    expect(seen.request.body.toString()).toBe('hello');
  },
);

test('RFC 9112 6.3: a chunked GET body is forwarded', async () => {
  const seen = await forward(request('GET /', ['Transfer-Encoding: chunked'], chunked('hello')));
  expect(seen.request.body.toString()).toBe('hello');
});

test('RFC 9112 2.1: a request may come byte by byte', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.sendPieces(...request('PUT /', ['Content-Length: 5', 'X-A: b'], 'hello'));
  const seen = await upstream.nextRequest();
  expect(seen.startLine).toBe('PUT / HTTP/1.1');
  expect(seen.body.toString()).toBe('hello');
  expect((await client.readResponse()).status).toBe(200);
});

test('RFC 9112 2.2: an empty line before the request line is skipped', async () => {
  expect((await forward(`\r\n${request('GET /')}`)).request.startLine).toBe('GET / HTTP/1.1');
});

test('RFC 9112 2.1: an answer may come byte by byte', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(async (_request, connection) => {
    for (const byte of response('200 OK', ['Transfer-Encoding: chunked'], chunked('hello'))) {
      await connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return undefined;
  });
  await client.send(request('GET /'));
  expect((await client.readResponse()).body.toString()).toBe('hello');
});

test('RFC 9112 6.2: an answer with Content-Length keeps it', async () => {
  const { response } = await relay(ok('hello'));
  expect(valuesOf(response, 'content-length')).toEqual(['5']);
  expect(response.framing).toBe('length');
  expect(response.body.toString()).toBe('hello');
});

test('RFC 9110 8.6: an answer with Content-Length 0 keeps it', async () => {
  const { response } = await relay(ok());
  expect(valuesOf(response, 'content-length')).toEqual(['0']);
});

test('RFC 9112 7.1: a chunked answer stays chunked', async () => {
  const { response: seen } = await relay(
    response('200 OK', ['Transfer-Encoding: chunked'], chunked('a chunked answer')),
  );
  expect(seen.framing).toBe('chunked');
  expect(seen.body.toString()).toBe('a chunked answer');
});

test('RFC 9112 7.1.1: chunk extensions of an answer are taken off', async () => {
  const { response: seen } = await relay(
    response('200 OK', ['Transfer-Encoding: chunked'], '2;x=y\r\nhi\r\n0\r\n\r\n'),
  );
  expect(seen.body.toString()).toBe('hi');
});

test('RFC 9112 6.3: an answer that its connection delimits reaches HTTP/1.1 as chunks', async () => {
  const { upstream, client } = await setUp();
  upstream.respond((_request, connection) => {
    connection.end(response('200 OK', ['Connection: close'], 'until the end'));
    return undefined;
  });
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expect(seen.framing).toBe('chunked');
  expect(seen.body.toString()).toBe('until the end');
});

test('RFC 9112 7.1.3: a chunked answer reaches an HTTP/1.0 client without chunks', async () => {
  const { response: seen, client } = await relay(
    response('200 OK', ['Transfer-Encoding: chunked'], chunked('for an old client')),
    { ask: 'GET / HTTP/1.0\r\n\r\n' },
  );
  expect(seen.framing).toBe('close');
  expect(seen.body.toString()).toBe('for an old client');
  expect(await client.closed()).toBe('fin');
});

test('RFC 9112 6.2: an answer with Content-Length reaches HTTP/1.0 with it', async () => {
  const { response: seen } = await relay(ok('hello'), { ask: 'GET / HTTP/1.0\r\n\r\n' });
  expect(valuesOf(seen, 'content-length')).toEqual(['5']);
});

const big = Buffer.alloc(1 << 20, 'spillway');

test('RFC 9112 6.2: a megabyte goes up and down unchanged', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(({ body }) =>
    Buffer.concat([Buffer.from(response('200 OK', [`Content-Length: ${body.length}`])), body]),
  );
  await client.send(request('POST /', [`Content-Length: ${big.length}`]));
  await client.send(big);
  expect((await client.readResponse()).body.equals(big)).toBe(true);
  expect((await upstream.nextRequest()).body.equals(big)).toBe(true);
});

test('RFC 9112 7.1: a megabyte in chunks goes up and down unchanged', async () => {
  const { upstream, client } = await setUp();
  const text = big.toString();
  const chunkedBytes = chunked(text, 10_007);
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], chunkedBytes));
  await client.send(request('POST /', ['Transfer-Encoding: chunked'], chunkedBytes));
  expect((await client.readResponse()).body.equals(big)).toBe(true);
  expect((await upstream.nextRequest()).body.equals(big)).toBe(true);
});

test('RFC 9112 7: the first bytes of an answer reach the client before the last exist', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('GET /events'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(response('200 OK', ['Transfer-Encoding: chunked']));
  expect((await client.reader.until('\r\n\r\n', 'the head')).toString()).toContain('200 OK');
  for (const event of ['one', 'two']) {
    await connection.send(`3\r\n${event}\r\n`);
    expect((await client.reader.until('\r\n', 'a size')).toString()).toBe('3');
    expect((await client.reader.until('\r\n', 'a chunk')).toString()).toBe(event);
  }
  await connection.send('0\r\n\r\n');
  expect((await client.reader.exactly(5, 'the end')).toString()).toBe('0\r\n\r\n');
});

test('RFC 9112 7: the first bytes of a body reach the upstream before the last exist', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('POST /', ['Content-Length: 6']));
  await client.send('one');
  const connection = await upstream.accept();
  await connection.reader.until('\r\n\r\n', 'the head');
  expect((await connection.reader.exactly(3, 'the first half')).toString()).toBe('one');
  await client.send('two');
  expect((await connection.reader.exactly(3, 'the second half')).toString()).toBe('two');
  await connection.send(ok());
  expect((await client.readResponse()).status).toBe(200);
});

test.each([
  ['200 OK', '200', 'OK'],
  ['200 All right, then', '200', 'All right, then'],
  ['299 New', '299', 'New'],
  ['404 Not Found', '404', 'Not Found'],
  ['418 I am a teapot', '418', 'I am a teapot'],
  ['500 Oops', '500', 'Oops'],
  ['599 Odd', '599', 'Odd'],
])('RFC 9112 4: the status line %s is relayed as it is', async (line, status, reason) => {
  const { response: seen } = await relay(response(line, ['Content-Length: 0']));
  expect([String(seen.status), seen.reason]).toEqual([status, reason]);
});

test('RFC 9112 4: a reason phrase with bytes above 0x7f is never mangled: the usual one stands in', async () => {
  const { response: seen } = await relay(response('404 \xfcber alles', ['Content-Length: 0']));
  expect(seen.startLine).toBe('HTTP/1.1 404 Not Found');
});

test('RFC 9112 4: an empty reason phrase stays empty', async () => {
  const { response: seen } = await relay(response('200 ', ['Content-Length: 0']));
  expect(seen.startLine).toBe('HTTP/1.1 200 ');
});

test('RFC 9110 6.6.1: an answer without Date gets one, and never a second', async () => {
  expect(valuesOf((await relay(ok())).response, 'date')).toHaveLength(1);
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  const dated = await relay(response('200 OK', [`Date: ${date}`, 'Content-Length: 0']));
  expect(fieldOf(dated.response, 'date')).toBe(date);
});
