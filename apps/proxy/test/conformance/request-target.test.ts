import { expect, test } from 'vitest';
import { expectProblem, expectRefused, forward, request, setUp } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';

/** Sent as they are, and so they arrive (RFC 3986 section 6: normalising is not a gateway's to do). */
const untouched = [
  '/',
  '/a/../b',
  '/a/./b',
  '/%2e%2e/%2E%2E/etc',
  '//double//slashes/',
  '/;a=1;b/c;d',
  '/%41%7e%zz%',
  '/a?',
  '/a??b?c',
  '/a?b=/../&c=%20+;d',
  '/?a=1&a=2&=&&',
  '/back\\slash\\',
  '/"quotes"<and>{braces}|^`',
  "/!$&'()*+,;=:@-._~",
  `/${'long'.repeat(2000)}`,
];

test.each(untouched)('RFC 9112 3.2.1: the path and query %s arrive byte for byte', async (path) => {
  const seen = await forward(request(`GET ${path}`));
  expect(seen.request.target).toBe(path);
});

const absoluteForms: [target: string, path: string, host: string][] = [
  ['http://b/x?y', '/x?y', 'b'],
  ['http://b', '/', 'b'],
  ['http://b?q', '/?q', 'b'],
  ['HTTP://b:81/', '/', 'b:81'],
  ['https://b/secure', '/secure', 'b'],
  ['http://[::1]:9/x', '/x', '[::1]:9'],
  ['http://b//double/../%2e', '//double/../%2e', 'b'],
];

test.each(absoluteForms)(
  'RFC 9112 3.2.2: %s is forwarded to the target as %s with Host %s',
  async (target, path, host) => {
    const seen = await forward(request(`GET ${target}`));
    expect(seen.request.target).toBe(path);
    expect(valuesOf(seen.request, 'host')).toEqual([host]);
  },
);

test('RFC 9112 3.2.2: X-Forwarded-Host is the authority that the request was for', async () => {
  const seen = await forward(request('GET http://b/x'));
  expect(fieldOf(seen.request, 'x-forwarded-host')).toBe('b');
});

test('RFC 9112 3.2.4: OPTIONS * stays OPTIONS *', async () => {
  const seen = await forward(request('OPTIONS *'));
  expect(seen.request.startLine).toBe('OPTIONS * HTTP/1.1');
});

test('RFC 9112 3.2.4: OPTIONS of an authority without a path becomes OPTIONS *', async () => {
  const seen = await forward(request('OPTIONS http://b'));
  expect(seen.request.startLine).toBe('OPTIONS * HTTP/1.1');
});

const refused: [section: string, what: string, bytes: string, status: number][] = [
  ['9112 3.2.4', 'the target * with GET', request('GET *'), 400],
  ['9112 3.2', 'a target without a slash', request('GET a'), 400],
  ['9112 3.2', 'an empty target', 'GET  HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['9112 3.2', 'a target with a fragment', request('GET /a#b'), 400],
  ['9112 3.2', 'a target with a space', request('GET /a b'), 400],
  ['9112 3.2', 'a target with NUL', request('GET /a\0b'), 400],
  ['9112 3.2', 'a target with a control byte', request('GET /a\x01b'), 400],
  ['9112 3.2', 'a target with a bare CR', request('GET /a\rb'), 400],
  ['9112 3.2', 'a target with DEL', request('GET /a\x7fb'), 400],
  // RFC 3986 has no such bytes in a URI: node's strict parser refuses what others would encode.
  ['3986 2', 'a target with bytes above 0x7f', request('GET /h\xe9'), 400],
  ['9112 3.2.2', 'userinfo in an absolute-form target', request('GET http://u:p@b/'), 400],
  ['9112 3.2.2', 'an absolute-form target without a host', request('GET http:///x'), 400],
  ['9112 3.2.2', 'another scheme', request('GET ftp://b/x'), 400],
  ['9112 3.2.2', 'file:', request('GET file:///etc/passwd'), 400],
  ['9112 3.2.3', 'authority-form without CONNECT', request('GET b:80'), 400],
  ['9112 3.2', 'no Host in HTTP/1.1', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['9112 3.2', 'Host twice', request('GET /', ['Host: b']), 400],
  ['9112 3.2', 'Host twice with the same value', request('GET /', ['Host: a']), 400],
  ['9112 3.2', 'a Host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
  ['9112 3.2', 'a Host with userinfo', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', 400],
  ['9112 3.2', 'a Host with a space', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
  ['9112 3.2', 'a Host with a comma', 'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n', 400],
  ['9112 3.2', 'a Host with a port that is no number', 'GET / HTTP/1.1\r\nHost: a:x\r\n\r\n', 400],
  ['9112 3.2', 'a Host with two ports', 'GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n', 400],
  ['9110 9.3.6', 'CONNECT', 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n', 405],
  ['9110 9.3.8', 'TRACE', request('TRACE /'), 405],
];

test.each(refused)('RFC %s: %s is refused', async (...row) => {
  const [, , bytes, status] = row;
  const response = await expectRefused(bytes, status);
  if (status === 405) expect(fieldOf(response, 'allow')).toMatch(/GET, HEAD, POST/);
});

test('RFC 9112 3.2: an empty Host is forwarded as such', async () => {
  const seen = await forward('GET / HTTP/1.1\r\nHost:\r\n\r\n');
  expect(valuesOf(seen.request, 'host')).toEqual(['']);
});

test('RFC 9112 3.2: the upstream of an HTTP/1.0 client without Host gets its own', async () => {
  const seen = await forward('GET / HTTP/1.0\r\n\r\n');
  expect(valuesOf(seen.request, 'host')).toEqual([`127.0.0.1:${seen.upstream.port}`]);
});

test('RFC 9110 7.2: with --host-header target the upstream sees its own authority', async () => {
  const seen = await forward(request('GET /'), { '--host-header': 'target' });
  expect(valuesOf(seen.request, 'host')).toEqual([`127.0.0.1:${seen.upstream.port}`]);
  expect(fieldOf(seen.request, 'x-forwarded-host')).toBe('a');
});

test.each(['PATCH', 'PROPFIND', 'MKCALENDAR', 'QUERY', 'M-SEARCH'])(
  'RFC 9110 9.1: the method %s is forwarded',
  async (method) => {
    const seen = await forward(request(`${method} /`, ['Content-Length: 2'], 'hi'));
    expect(seen.request.startLine).toBe(`${method} / HTTP/1.1`);
    expect(seen.request.body.toString()).toBe('hi');
  },
);

test.each(['get', 'FOO', 'Get'])(
  'RFC 9110 9.1: the method %s is forwarded or refused, never changed',
  async (method) => {
    const { upstream, client } = await setUp();
    upstream.respond('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    await client.send(request(`${method} /`));
    const answer = await client.readResponse();
    if (answer.status === 400) expectProblem(answer, 400, 'client_error');
    else expect(upstream.requests.map((one) => one.method)).toEqual([method]);
  },
);

const ownPaths = [
  '/proxy-metrics',
  '/proxy-health',
  '/proxy-health?probe=live',
  '/proxy-why',
  '/proxy-why/',
  '/proxy-why/a/nothing',
  '/proxy-dashboard/nothing',
  'http://b/proxy-metrics',
  'HTTP://b:80/proxy-health',
];

test.each(ownPaths)(
  'Own paths: %s is answered by the proxy and never forwarded',
  async (target) => {
    const { upstream, proxy, client } = await setUp();
    await client.send(request(`GET ${target}`));
    const answer = await client.readResponse();
    expect(answer.status).toBe(target.endsWith('nothing') ? 404 : 200);
    expect(fieldOf(answer, 'content-type')).toBe('application/json');
    expect(upstream.connections).toHaveLength(0);
    expect(proxy.instance.metrics.total).toBe(0);
  },
);

test.each([
  '/proxy-metricsx',
  '/proxy-metrics/',
  '/proxy-metrics/x',
  '/proxy-health/live',
  '/proxy-whyever',
  '/proxy-dashboards',
  '/proxy-anything-else',
  '/proxy-',
  '/proxy-constructor',
  '/Proxy-Metrics',
  '/proxy%2dmetrics',
  '//proxy-metrics',
  '/a/proxy-metrics',
  '/a?/proxy-metrics',
  'http://b/proxy-metricsx',
])('Own paths: %s is none, and is forwarded', async (target) => {
  const { request: seen } = await forward(request(`GET ${target}`));
  expect(seen.target).toBe(target.replace('http://b', ''));
});

test.each(ownPaths)('Own paths: with --admin-port %s is forwarded', async (target) => {
  const { request: seen } = await forward(request(`GET ${target}`), { '--admin-port': 0 });
  expect(seen.target).toBe(target.replace(/^http:\/\/b(:80)?/i, ''));
});

test('Own paths: POST /proxy-metrics is answered 405 and never forwarded', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('POST /proxy-metrics', ['Content-Length: 2'], 'hi'));
  const answer = await client.readResponse();
  expect(answer.status).toBe(405);
  expect(fieldOf(answer, 'allow')).toBe('GET, HEAD');
  expect(upstream.connections).toHaveLength(0);
});

test.each([
  '/Proxy-metrics',
  '//proxy-metrics',
  '/%70roxy-metrics',
  '/x/../proxy-metrics',
  '/x?/proxy-metrics',
])('Own paths: %s is another path and forwarded as it is', async (path) => {
  expect((await forward(request(`GET ${path}`))).request.target).toBe(path);
});

test('RFC 9110 7.6.2: OPTIONS with Max-Forwards 0 is answered by the proxy itself', async () => {
  const { upstream, client } = await setUp();
  await client.send(request('OPTIONS /x', ['Max-Forwards: 0']));
  const answer = await client.readResponse('OPTIONS');
  expect(answer.status).toBe(204);
  expect(fieldOf(answer, 'allow')).toMatch(/OPTIONS/);
  expect(upstream.connections).toHaveLength(0);
});

test('RFC 9110 7.6.2: OPTIONS with Max-Forwards 5 is forwarded with 4', async () => {
  const seen = await forward(request('OPTIONS /x', ['Max-Forwards: 5']));
  expect(valuesOf(seen.request, 'max-forwards')).toEqual(['4']);
});

test('RFC 9110 7.6.2: Max-Forwards that is no number is left as it is', async () => {
  const seen = await forward(request('OPTIONS /x', ['Max-Forwards: many']));
  expect(valuesOf(seen.request, 'max-forwards')).toEqual(['many']);
});

test('RFC 9110 7.6.2: Max-Forwards of other methods is left as it is', async () => {
  const seen = await forward(request('GET /x', ['Max-Forwards: 0']));
  expect(valuesOf(seen.request, 'max-forwards')).toEqual(['0']);
});
