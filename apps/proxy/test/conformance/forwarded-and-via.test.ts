import { expect, test } from 'vitest';
import { forward, relay, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, ourVia, type RawRequest, valuesOf } from '../kit/raw-message.ts';

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

const family = [
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /evil',
  'X-Forwarded-Server: evil',
  'x-forwarded-by: evil',
  'X-FORWARDED-SSL: on',
  'X-Forwarded-User: root',
  'X-Forwarded: for=192.0.2.7',
  'X-Real-IP: 192.0.2.7',
  'Forwarded: for=192.0.2.7;proto=https',
];
const disguised = [
  'X_Forwarded_For: 192.0.2.7',
  'X-Forwarded_Proto: https',
  'x_forwarded_anything: evil',
  'X_Real_IP: 192.0.2.7',
  'X_Request-Id: evil',
  'Content_Length: 7',
  'Transfer_Encoding: chunked',
  'Proxy_Authorization: Basic eDp5',
];
const namesIn = (seen: RawRequest, lines: readonly string[]): string[] => {
  const asked = lines.map((line) => line.slice(0, line.indexOf(':')));
  return seen.fields.map(([name]) => name).filter((name) => asked.includes(name));
};

test('RFC 7239 8.1: nobody but a trusted proxy says where a request comes from, under any name', async () => {
  const { request: seen } = await forward(request('GET /', [...family, 'X-Realm: kept']));
  expect(namesIn(seen, family)).toEqual([]);
  expect(valuesOf(seen, 'x-realm')).toEqual(['kept']);
});

test('RFC 7239 8.1: what a trusted proxy says under the other names passes, whatever Connection names', async () => {
  const fields = [...family, 'Connection: X-Real-IP, X-Forwarded-Port, Forwarded'];
  const { request: seen } = await forward(request('GET /', fields), trusted);
  expect(namesIn(seen, family)).toHaveLength(family.length);
});

test.each([{}, trusted])(
  'RFC 9110 17.10: underscores disguise no field that we write or remove (%j)',
  async (flags) => {
    const fields = [...disguised, 'X_Own: kept', 'X_Time-Left: 9'];
    const options = { ...flags, '--deadline-header': 'X-Time-Left' };
    const { request: seen } = await forward(request('GET /', fields), options);
    expect(namesIn(seen, [...disguised, 'X_Time-Left: 9'])).toEqual([]);
    expect(valuesOf(seen, 'x_own')).toEqual(['kept']);
  },
);

test('RFC 9110 17.10: --underscore-headers drop lets no name with an underscore pass', async () => {
  const { request: seen } = await forward(request('GET /', ['X_Own: a', 'X-Own: b']), {
    '--underscore-headers': 'drop',
  });
  expect(namesIn(seen, ['X_Own: a', 'X-Own: b'])).toEqual(['X-Own']);
});

test('RFC 7239 4: --forwarded forwarded writes Forwarded instead of X-Forwarded-*', async () => {
  const { request: seen } = await forward(request('GET /', [...claims, ...family]), {
    '--forwarded': 'forwarded',
  });
  expect(valuesOf(seen, 'forwarded')).toEqual(['for=127.0.0.1;host=a;proto=http']);
  expect(namesIn(seen, claims)).toEqual([]);
});

test('RFC 7239 4: --forwarded both writes both, and quotes a host with a port', async () => {
  const { request: seen } = await forward('GET / HTTP/1.1\r\nHost: a:81\r\n\r\n', {
    '--forwarded': 'both',
  });
  expect(valuesOf(seen, 'forwarded')).toEqual(['for=127.0.0.1;host="a:81";proto=http']);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['a:81']);
});

test('RFC 7239 4: Forwarded of a trusted proxy is continued', async () => {
  const fields = ['Forwarded: for="[2001:db8::1]";proto=https', 'Forwarded: for=_hidden'];
  const { request: seen } = await forward(request('GET /', fields), {
    ...trusted,
    '--forwarded': 'forwarded',
  });
  expect(valuesOf(seen, 'forwarded')).toEqual([
    'for="[2001:db8::1]";proto=https, for=_hidden, for=127.0.0.1;host=a;proto=http',
  ]);
});

test('RFC 7239 7.4: X-Forwarded-* of a trusted proxy become Forwarded', async () => {
  const fields = ['X-Forwarded-For: 2001:db8::1, 192.0.2.2:99', ...claims.slice(1)];
  const { request: seen } = await forward(request('GET /', fields), {
    ...trusted,
    '--forwarded': 'forwarded',
  });
  expect(valuesOf(seen, 'forwarded')).toEqual([
    'for="[2001:db8::1]";host=public.example;proto=https, for="192.0.2.2:99", for=127.0.0.1;host=a;proto=http',
  ]);
  expect(namesIn(seen, claims)).toEqual([]);
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
