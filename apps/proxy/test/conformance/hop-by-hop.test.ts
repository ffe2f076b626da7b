import { expect, test } from 'vitest';
import { forward, ok, relay, request, response, setUp } from '../kit/cases.ts';
import { type Field, fieldOf, valuesOf } from '../kit/raw-message.ts';

const connectionFields = [
  'Keep-Alive: timeout=99',
  'Proxy-Connection: keep-alive',
  'Proxy-Authenticate: Basic',
  'TE: trailers, deflate',
  'Upgrade: foo/2',
];

test.each(connectionFields)('RFC 9110 7.6.1: %s of a client ends here', async (line) => {
  const seen = await forward(request('GET /', [line]));
  expect(valuesOf(seen.request, line.slice(0, line.indexOf(':')))).toEqual([]);
});

test.each(connectionFields)('RFC 9110 7.6.1: %s of an upstream ends here', async (line) => {
  const { response: seen } = await relay(response('200 OK', [line, 'Content-Length: 0']));
  expect(seen.fields.map(([name, value]) => `${name}: ${value}`)).not.toContain(line);
});

test('RFC 9110 7.6.1: Connection of a client is not forwarded', async () => {
  const seen = await forward(request('GET /', ['Connection: keep-alive, x-a']));
  expect(valuesOf(seen.request, 'connection')).toEqual(['keep-alive']);
});

test.each([
  'Connection: X-Foo',
  'Connection: close, X-Foo',
  'Connection: x-foo,keep-alive',
  'Connection: ,, X-FOO ,',
  'Connection: keep-alive\r\nConnection: x-foo',
])('RFC 9110 7.6.1: what a client names in %j is removed', async (line) => {
  const seen = await forward(request('GET /', [line, 'X-Foo: secret', 'X-Bar: kept']));
  expect(valuesOf(seen.request, 'x-foo')).toEqual([]);
  expect(valuesOf(seen.request, 'x-bar')).toEqual(['kept']);
});

test.each([
  'Connection: X-Foo',
  'Connection: close, X-Foo',
  'Connection: close\r\nConnection: x-foo',
])('RFC 9110 7.6.1: what an upstream names in %j is removed', async (line) => {
  const fields = ['X-Foo: secret', line, 'X-Bar: kept', 'Content-Length: 0'];
  const { response: seen } = await relay(response('200 OK', fields));
  expect(valuesOf(seen, 'x-foo')).toEqual([]);
  expect(valuesOf(seen, 'x-bar')).toEqual(['kept']);
});

test('RFC 9110 7.6.1: Connection: Content-Length of a client takes nothing away', async () => {
  const fields = ['Connection: Content-Length', 'Content-Length: 5'];
  const seen = await forward(request('POST /', fields, 'hello'));
  expect(valuesOf(seen.request, 'content-length')).toEqual(['5']);
  expect(seen.request.body.toString()).toBe('hello');
});

test('RFC 9110 7.6.1: Connection: Content-Length of an upstream takes nothing away', async () => {
  const fields = ['Connection: content-length', 'Content-Length: 5'];
  const { response: seen } = await relay(response('200 OK', fields, 'hello'));
  expect(valuesOf(seen, 'content-length')).toEqual(['5']);
});

test('RFC 9110 7.6.1: Connection: Host takes nothing away', async () => {
  const seen = await forward(request('GET /', ['Connection: Host']));
  expect(valuesOf(seen.request, 'host')).toEqual(['a']);
});

test.each(['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Request-Id', 'Via'])(
  'RFC 9110 7.6.1: Connection: %s does not take ours away',
  async (name) => {
    const seen = await forward(request('GET /', [`Connection: ${name}`]));
    expect(valuesOf(seen.request, name)).toHaveLength(1);
  },
);

test.each(['Via', 'X-Request-Id'])(
  'RFC 9110 7.6.1: Connection: %s of an upstream does not take ours away',
  async (name) => {
    const fields = [`Connection: ${name}`, 'Content-Length: 0'];
    const { response: seen } = await relay(response('200 OK', fields));
    expect(valuesOf(seen, name)).toHaveLength(1);
  },
);

test('RFC 9110 11.7.2: Proxy-Authorization is not told to the upstream', async () => {
  const seen = await forward(request('GET /', ['Proxy-Authorization: Basic eDp5']));
  expect(valuesOf(seen.request, 'proxy-authorization')).toEqual([]);
});

test('RFC 9110 11.6.2: Authorization is forwarded', async () => {
  const seen = await forward(request('GET /', ['Authorization: Basic eDp5']));
  expect(valuesOf(seen.request, 'authorization')).toEqual(['Basic eDp5']);
});

test('RFC 3875 4.1.18: Proxy is not forwarded, where CGI would read HTTP_PROXY (httpoxy)', async () => {
  const seen = await forward(request('GET /', ['Proxy: http://evil']));
  expect(valuesOf(seen.request, 'proxy')).toEqual([]);
});

/** The fields of the message that are no doing of the proxy. */
const own = /^(?:host|connection|keep-alive|date|via|x-forwarded-\w+|x-request-id)$/i;
const theirs = (fields: readonly Field[]) =>
  fields.filter(([name]) => !own.test(name)).map(([name, value]) => `${name}: ${value}`);

const manyKinds = [
  'X-Zulu: 1',
  'x-alpha: 2',
  'X-MIXED-case: 3',
  'X-Zulu: 4',
  'X-Empty: ',
  'Cookie: a=b; c=d',
  'Cookie: e=f',
  'X-Bytes: \xe9\x80\xff\xa0.',
  'X-Quoted: "a, b" ; c',
  "!#$%&'*+-.^_`|~09: token",
  'Accept: text/html',
  'accept: */*',
];

test('RFC 9110 5.3: fields of a request keep order, case, repetition and bytes', async () => {
  const seen = await forward(request('GET /', manyKinds));
  expect(theirs(seen.request.fields)).toEqual(manyKinds);
});

const manyAnswered = [
  'Server: backend/1',
  'X-Zulu: 1',
  'Set-Cookie: a=1; Path=/',
  'x-alpha: 2',
  'Set-Cookie: b=2',
  'set-cookie: a=3',
  'X-Empty: ',
  'X-Bytes: \xe9\x80\xff.',
  'ETag: "x"',
  'Vary: a',
  'Vary: b',
  'Content-Length: 0',
];

test('RFC 9110 5.3: fields of an answer keep order, case, repetition and bytes', async () => {
  const { response: seen } = await relay(response('200 OK', manyAnswered));
  expect(theirs(seen.fields)).toEqual(manyAnswered);
});

test('RFC 6265 3: Set-Cookie fields stay apart and in order', async () => {
  const cookies = Array.from({ length: 20 }, (_, i) => `c${i}=${i}, ${i}`);
  const fields = [...cookies.map((cookie) => `Set-Cookie: ${cookie}`), 'Content-Length: 0'];
  const { response: seen } = await relay(response('200 OK', fields));
  expect(valuesOf(seen, 'set-cookie')).toEqual(cookies);
});

test('RFC 9112 5.1: whitespace around a value is taken off, within it stays', async () => {
  const seen = await forward(request('GET /', ['X-A: \t  b  c\t d \t']));
  expect(fieldOf(seen.request, 'x-a')).toBe('b  c\t d');
});

const many = Array.from({ length: 2500 }, (_, i) => `f${i.toString(36)}:`);

test('RFC 9110 5.4: 2,500 fields of a request all arrive', async () => {
  const seen = await forward(request('GET /', many), { '--max-header-size': '64KiB' });
  expect(theirs(seen.request.fields)).toEqual(many.map((line) => `${line} `));
});

test('RFC 9110 5.4: 1,500 fields of an answer all arrive', async () => {
  const some = many.slice(0, 1500);
  const { response: seen } = await relay(response('200 OK', [...some, 'Content-Length: 0']));
  expect(theirs(seen.fields).slice(0, -1)).toEqual(some.map((line) => `${line} `));
});

test('RFC 9112 9.6: Connection: close of an upstream is not told to the client', async () => {
  const { upstream, client } = await setUp();
  upstream.respond((_request, connection) => {
    connection.end(response('200 OK', ['Connection: close', 'Content-Length: 2'], 'hi'));
    return undefined;
  });
  for (let i = 0; i < 2; i++) {
    await client.send(request('GET /'));
    const seen = await client.readResponse();
    expect(fieldOf(seen, 'connection')).toBe('keep-alive');
    expect(seen.body.toString()).toBe('hi');
  }
  expect(upstream.connections).toHaveLength(2);
});

test('RFC 9112 9.6: Connection: close of a client is not told to the upstream', async () => {
  const seen = await forward(request('GET /', ['Connection: close']));
  expect(valuesOf(seen.request, 'connection')).toEqual(['keep-alive']);
  expect(fieldOf(seen.response, 'connection')).toBe('close');
  expect(await seen.client.closed()).toBe('fin');
});

test('RFC 9112 5: an answer cannot split itself: CR, LF and NUL in a value are a fault', async () => {
  for (const byte of ['\r', '\0']) {
    const { response: seen } = await relay(
      response('200 OK', [`X-A: 1${byte}Set-Cookie: evil=1`, 'Content-Length: 0']),
    );
    expect(seen.status).toBe(502);
    expect(valuesOf(seen, 'set-cookie')).toEqual([]);
  }
});

test('RFC 9112 6.1: an answer with a coding that we cannot take off is a fault', async () => {
  const bytes = response(
    '200 OK',
    ['Transfer-Encoding: gzip, chunked'],
    '2\r\n\x1f\x8b\r\n0\r\n\r\n',
  );
  const { response: seen } = await relay(bytes);
  expect(seen.status).toBe(502);
});

test('RFC 9112 6.1: an upstream never sees Transfer-Encoding beside Content-Length', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('POST /', ['Content-Length: 5'], 'hello'));
  await client.send(request('POST /', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'));
  const framings = [];
  for (let i = 0; i < 2; i++) {
    const seen = await upstream.nextRequest();
    framings.push([seen.framing, valuesOf(seen, 'content-length').length]);
  }
  expect(framings).toEqual([
    ['length', 1],
    ['chunked', 0],
  ]);
});
