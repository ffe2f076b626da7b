import { expect, test } from 'vitest';
import { forward, relay, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, ourVia, valuesOf } from '../kit/raw-message.ts';

const trusted = { '--trusted-proxy': '127.0.0.1' };
const claims = [
  'X-Forwarded-For: 192.0.2.7',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: public.example',
];

test('RFC 7239 8.1: X-Forwarded-* of anybody are replaced by what the proxy sees', async () => {
  const { request: seen } = await forward(request('GET /', claims));
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['a']);
});

test('RFC 7239 8.1: repeated and oddly written X-Forwarded-For do not get past', async () => {
  const odd = ['X-FORWARDED-FOR: 1.1.1.1', 'x-forwarded-for: 2.2.2.2', 'X-Forwarded-For:'];
  const { request: seen } = await forward(request('GET /', odd));
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
});

test('RFC 7239 5.2: what a trusted proxy says is continued', async () => {
  const { request: seen } = await forward(request('GET /', claims), trusted);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['192.0.2.7, 127.0.0.1']);
  expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['https']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['public.example']);
});

test('RFC 7239 5.2: several X-Forwarded-For of a trusted proxy become one list in order', async () => {
  const several = ['X-Forwarded-For: 192.0.2.1, 192.0.2.2', 'X-Forwarded-For: 192.0.2.3'];
  const { request: seen } = await forward(request('GET /', several), trusted);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['192.0.2.1, 192.0.2.2, 192.0.2.3, 127.0.0.1']);
});

test('RFC 7239 5: a trusted proxy that says nothing gets what the proxy sees', async () => {
  const { request: seen } = await forward(request('GET /'), trusted);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['a']);
});

test('RFC 7239 8.1: a trusted range is a range', async () => {
  const { request: seen } = await forward(request('GET /', claims), {
    '--trusted-proxy': ['10.0.0.0/8', '127.0.0.0/8'],
  });
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['192.0.2.7, 127.0.0.1']);
});

test('RFC 9110 7.6.3: Via is added to a request', async () => {
  const { request: seen } = await forward(request('GET /'));
  expect(valuesOf(seen, 'via')).toEqual([expect.stringMatching(ourVia)]);
});

test('RFC 9110 7.6.3: Via of a request is continued, ours last', async () => {
  const { request: seen, proxy } = await forward(
    request('GET /', ['Via: 1.0 fred', 'Via: 2 bob (x)']),
  );
  expect(valuesOf(seen, 'via').join(', ')).toBe(
    `1.0 fred, 2 bob (x), 1.1 ${proxy.instance.pseudonym}`,
  );
});

test('RFC 9110 7.6.3: Via names the version in which the request came', async () => {
  const { request: seen, proxy } = await forward('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  expect(valuesOf(seen, 'via')).toEqual([`1.0 ${proxy.instance.pseudonym}`]);
  expect(seen.startLine).toBe('GET / HTTP/1.1');
});

test('RFC 9110 7.6.3: Via of an answer is continued, ours last', async () => {
  const fields = ['Via: 1.0 fred', 'Content-Length: 0'];
  const { response: seen, proxy } = await relay(response('200 OK', fields));
  expect(valuesOf(seen, 'via').join(', ')).toBe(`1.0 fred, 1.1 ${proxy.instance.pseudonym}`);
});

test('X-Request-Id: a well-formed one is kept and sent both ways', async () => {
  const seen = await forward(request('GET /', ['X-Request-Id: abc-123:/x=']));
  expect(valuesOf(seen.request, 'x-request-id')).toEqual(['abc-123:/x=']);
  expect(valuesOf(seen.response, 'x-request-id')).toEqual(['abc-123:/x=']);
  expect(await seen.proxy.finished()).toMatchObject({ id: 'abc-123:/x=' });
});

test('X-Request-Id: without one, one is made and sent both ways', async () => {
  const seen = await forward(request('GET /'));
  const [id = ''] = valuesOf(seen.request, 'x-request-id');
  expect(id).toMatch(/^[\w-]+$/);
  expect(valuesOf(seen.response, 'x-request-id')).toEqual([id]);
});

test.each([
  'X-Request-Id: with space',
  'X-Request-Id: "quoted"',
  'X-Request-Id: \xe9',
  'X-Request-Id:',
  `X-Request-Id: ${'a'.repeat(129)}`,
  'X-Request-Id: one\r\nX-Request-Id: two',
])('X-Request-Id: %j is replaced', async (line) => {
  const seen = await forward(request('GET /', [line]));
  const [id = '', ...more] = valuesOf(seen.request, 'x-request-id');
  expect(more).toEqual([]);
  expect(id).toMatch(/^[\da-f]{12}-/);
  expect(valuesOf(seen.response, 'x-request-id')).toEqual([id]);
});

test('X-Request-Id: each request gets another one', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('200 OK', ['Content-Length: 0']));
  const ids = new Set<string | undefined>();
  for (let i = 0; i < 5; i++) {
    await client.send(request('GET /'));
    ids.add(fieldOf(await client.readResponse(), 'x-request-id'));
  }
  expect(ids.size).toBe(5);
});

test('X-Request-Id: that of an upstream does not replace the request’s', async () => {
  const fields = ['X-Request-Id: theirs', 'Content-Length: 0'];
  const { response: seen } = await relay(response('200 OK', fields), {
    ask: request('GET /', ['X-Request-Id: ours']),
  });
  expect(valuesOf(seen, 'x-request-id')).toEqual(['ours']);
});
