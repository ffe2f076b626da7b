import { expect, test } from 'vitest';
import { chunked, expectProblem, ok, relay, request, response, setUp } from '../kit/cases.ts';
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
