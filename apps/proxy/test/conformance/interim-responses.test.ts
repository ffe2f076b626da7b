import { expect, test } from 'vitest';
import {
  breakerFailures,
  chunked,
  expectProblem,
  ok,
  relay,
  request,
  response,
  setUp,
} from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';

const hints = response('103 Early Hints', ['Link: </a.css>; rel=preload', 'Link: </b.js>']);

test('RFC 8297 2: 103 Early Hints reach the client with their fields, before the answer', async () => {
  const { response: seen } = await relay(hints + ok('hello'));
  expect(seen.interim.map(({ startLine }) => startLine)).toEqual(['HTTP/1.1 103 Early Hints']);
  expect(seen.interim[0]?.fields).toEqual([
    ['Link', '</a.css>; rel=preload'],
    ['Link', '</b.js>'],
  ]);
  expect(seen.body.toString()).toBe('hello');
});

test('RFC 9110 15.2: several interim answers keep their order', async () => {
  const { response: seen } = await relay(
    response('102 Processing') + hints + response('103 Early Hints', ['X-A: 2']) + ok(),
  );
  expect(seen.interim.map(({ startLine }) => startLine.slice(9, 12))).toEqual([
    '102',
    '103',
    '103',
  ]);
  expect(seen.status).toBe(200);
});

test('RFC 9110 15.2: an unknown interim status is forwarded', async () => {
  const { response: seen } = await relay(response('142 Odd') + ok());
  expect(seen.interim.map(({ startLine }) => startLine.slice(0, 12))).toEqual(['HTTP/1.1 142']);
});

test('RFC 9110 15.2: an HTTP/1.0 client is sent no interim answer', async () => {
  const { response: seen } = await relay(hints + ok('hello'), { ask: 'GET / HTTP/1.0\r\n\r\n' });
  expect(seen.interim).toEqual([]);
  expect(seen.body.toString()).toBe('hello');
});

test('RFC 9110 7.6.1: hop-by-hop fields of an interim answer end here', async () => {
  const fields = ['Connection: X-Foo', 'X-Foo: 1', 'Keep-Alive: timeout=9', 'X-Bar: 2'];
  const { response: seen } = await relay(response('103 Early Hints', fields) + ok());
  expect(seen.interim[0]?.fields).toEqual([['X-Bar', '2']]);
});

test('RFC 9110 15.2: bytes above 0x7f in an interim answer are kept', async () => {
  const { response: seen } = await relay(response('103 Early Hints', ['X-A: \xe9\xff']) + ok());
  expect(seen.interim[0]?.fields).toEqual([['X-A', '\xe9\xff']]);
});

test('RFC 9110 15.2: interim answers come before HEAD and chunked answers too', async () => {
  const head = await relay(hints + response('200 OK', ['Content-Length: 9']), {
    ask: request('HEAD /'),
  });
  expect(head.response.interim).toHaveLength(1);
  expect(fieldOf(head.response, 'content-length')).toBe('9');
  const chunks = await relay(
    hints + response('200 OK', ['Transfer-Encoding: chunked'], chunked('hello')),
  );
  expect(chunks.response.interim).toHaveLength(1);
  expect(chunks.response.body.toString()).toBe('hello');
});

test('RFC 9110 15.2: an interim answer alone is no answer', async () => {
  const { response: seen, proxy } = await relay(hints, { flags: { '--read-timeout': '100ms' } });
  expectProblem(seen, 504, 'connection_read_timeout');
  expect(seen.interim).toHaveLength(1);
  expect(await proxy.finished()).toMatchObject({ outcome: 'connection_read_timeout' });
});

test('RFC 9110 15.2: interim answers of an attempt that failed do no harm to the next', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(async (_request, connection) => {
    if (upstream.requests.length > 1) return ok('second');
    await connection.send(hints);
    connection.end();
    return undefined;
  });
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expect(seen.body.toString()).toBe('second');
  expect(upstream.requests).toHaveLength(2);
});

const go = response('100 Continue');
const goWithFields = response('100 Go on', ['X-A: b']);

test.each([
  ['alone', go + ok('hello'), []],
  ['with fields', goWithFields + ok('hello'), []],
  ['more than once', go + goWithFields + go + ok('hello'), []],
  ['before 103', go + hints + ok('hello'), ['103']],
  ['behind 103', hints + go + ok('hello'), ['103']],
  ['around 103', go + hints + go + hints + ok('hello'), ['103', '103']],
  ['before an end-delimited body', `${go}HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello`, []],
] as const)(
  'RFC 9110 15.2: a 100 that nobody asked for is skipped: %s',
  async (_what, bytes, interim) => {
    const { upstream, proxy, client } = await setUp({ '--circuit-breaker-threshold': 1 });
    upstream.respond(async (_request, connection) => {
      await connection.send(bytes);
      if (bytes.includes('close')) connection.end();
      return undefined;
    });
    // The second time on the same connection, where there is one.
    for (const ask of [request('GET /'), request('POST /', ['Content-Length: 2'], 'hi')]) {
      await client.send(ask);
      const seen = await client.readResponse();
      expect([seen.status, seen.body.toString()]).toEqual([200, 'hello']);
      expect(seen.interim.map(({ startLine }) => startLine.slice(9, 12))).toEqual(interim);
    }
    if (!bytes.includes('close')) expect(upstream.connections).toHaveLength(1);
    expect(breakerFailures(proxy)).toBe(0);
  },
);

test('RFC 9110 15.2: a 100 in pieces is skipped, and what looks like one in a body is not', async () => {
  const { upstream, client } = await setUp();
  const body = go + hints;
  upstream.respond(async (_request, connection) => {
    for (const byte of go + hints + go) {
      await connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await connection.send(response('200 OK', [`Content-Length: ${2 * body.length}`]));
    await new Promise((resolve) => setImmediate(resolve));
    await connection.send(body);
    await client.reader.sees('103 Early Hints\r\nLink: </a.css>; rel=preload', 'the hints');
    return body;
  });
  for (let i = 0; i < 2; i++) {
    await client.send(request('GET /'));
    const seen = await client.readResponse();
    expect(seen.body.toString()).toBe(body + body);
    expect(seen.interim).toHaveLength(1);
  }
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9110 10.1.1: a 100 once part of the body is there does no harm to the rest', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('POST /', ['Content-Length: 10'], 'hello'));
  const connection = await upstream.accept();
  await connection.reader.sees('hello', 'half of the body');
  await connection.send(go);
  await client.send('world');
  expect((await connection.readRequest()).body.toString()).toBe('helloworld');
  await connection.send(go + ok('done'));
  expect((await client.readResponse()).body.toString()).toBe('done');
});

test('RFC 9110 10.1.1: a client that waits for 100 is told once, by us', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(go + ok('done'));
  await client.send(request('POST /', ['Expect: 100-continue', 'Content-Length: 2']));
  await client.reader.sees('100 Continue', 'the word to go on');
  await client.send('hi');
  const seen = await client.readResponse('POST');
  expect(seen.body.toString()).toBe('done');
  expect(seen.interim).toHaveLength(1);
});

test('RFC 9110 15.2: 100 Continue alone is no response, and without end a fault', async () => {
  const alone = await relay(go, { flags: { '--read-timeout': '100ms' } });
  expectProblem(alone.response, 504, 'connection_read_timeout');
  const endless = await relay(go.repeat(5000));
  expectProblem(endless.response, 502, 'http_protocol_error');
});
