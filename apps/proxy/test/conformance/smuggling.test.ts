import { expect, test } from 'vitest';
import {
  breakerFailures,
  expectProblem,
  expectRefused,
  forward,
  ok,
  request,
  setUp,
} from '../kit/cases.ts';
import { eventually } from '../kit/waiting-line.ts';

/** Section, what it is, the bytes, the status: each refused, and nothing of it reaches the upstream. */
const refused: [section: string, what: string, bytes: string, status: number][] = [
  [
    '9112 6.1',
    'Transfer-Encoding with Content-Length (CL.TE)',
    request('POST /', ['Content-Length: 6', 'Transfer-Encoding: chunked'], '0\r\n\r\nG'),
    400,
  ],
  [
    '9112 6.1',
    'Content-Length after Transfer-Encoding (TE.CL)',
    request(
      'POST /',
      ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      '5c\r\nGPOST / HTTP/1.1\r\n',
    ),
    400,
  ],
  ['9112 6.1', 'Transfer-Encoding: xchunked', te('xchunked'), 400],
  ['9112 6.1', 'Transfer-Encoding: chunked, identity', te('chunked, identity'), 400],
  ['9112 6.1', 'Transfer-Encoding: identity', te('identity'), 400],
  ['9112 6.1', 'Transfer-Encoding: gzip, chunked', te('gzip, chunked'), 501],
  ['9112 6.1', 'Transfer-Encoding: chunked, chunked', te('chunked, chunked'), 400],
  ['9112 6.1', 'Transfer-Encoding: "chunked"', te('"chunked"'), 400],
  ['9112 6.1', 'Transfer-Encoding: chunked;q=1', te('chunked;q=1'), 400],
  ['9112 6.1', 'an empty Transfer-Encoding', te(''), 400],
  ['9112 6.1', 'a vertical tab before chunked', te('\x0bchunked'), 400],
  ['9112 6.1', 'a form feed after chunked', te('chunked\x0c'), 400],
  ['9112 6.1', 'a no-break space before chunked', te('\xa0chunked'), 400],
  [
    '9112 6.1',
    'Transfer-Encoding twice, the second unknown (TE.TE)',
    request('POST /', ['Transfer-Encoding: chunked', 'Transfer-Encoding: x'], '0\r\n\r\n'),
    400,
  ],
  [
    '9112 6.1',
    'Transfer-Encoding: chunked twice',
    request('POST /', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    400,
  ],
  [
    '9112 6.1',
    'Transfer-Encoding in HTTP/1.0',
    'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['9112 5.1', 'a space before the colon', raw('Transfer-Encoding : chunked'), 400],
  ['9112 5.1', 'a tab before the colon', raw('Transfer-Encoding\t: chunked'), 400],
  ['9112 5.1', 'a vertical tab before the colon', raw('Transfer-Encoding\x0b: chunked'), 400],
  ['9112 5.1', 'a space within a field name', raw('Content Length: 5'), 400],
  ['9112 5.1', 'a field line without a colon', raw('Transfer-Encoding chunked'), 400],
  ['9112 5.1', 'an empty field name', raw(': chunked'), 400],
  ['9112 5.1', 'a byte above 0x7f in a field name', raw('Transfer-Encoding\x80: chunked'), 400],
  ['9112 2.2', 'a space before the first field', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 400],
  ['9112 5.2', 'obs-fold in a request', raw('X-A: 1\r\n 2'), 400],
  ['9112 5.2', 'obs-fold that hides chunked', raw('Transfer-Encoding:\r\n chunked'), 400],
  ['9110 5.5', 'NUL in a field value', raw('X-A: 1\x002'), 400],
  ['9112 2.2', 'a bare CR in a field value', raw('X-A: 1\r2'), 400],
  ['9112 2.2', 'a bare CR before the end of a field', raw('X-A: 1\r\r\nX-B: 2'), 400],
  ['9112 2.2', 'a bare LF that ends a field', raw('X-A: 1\nTransfer-Encoding: chunked'), 400],
  ['9112 2.2', 'a bare LF that ends the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n', 400],
  ['9112 2.2', 'bare LF throughout', 'GET / HTTP/1.1\nHost: a\n\n', 400],
  ['9110 8.6', 'Content-Length with a plus sign', cl('+5'), 400],
  ['9110 8.6', 'a negative Content-Length', cl('-1'), 400],
  ['9110 8.6', 'Content-Length in hex', cl('0x5'), 400],
  ['9110 8.6', 'Content-Length with a fraction', cl('5.0'), 400],
  ['9110 8.6', 'Content-Length with an exponent', cl('1e1'), 400],
  ['9110 8.6', 'Content-Length with an underscore', cl('1_0'), 400],
  ['9110 8.6', 'Content-Length as a list of equals', cl('5, 5'), 400],
  ['9110 8.6', 'Content-Length as a list of others', cl('5, 6'), 400],
  ['9110 8.6', 'Content-Length beyond 64 bits', cl('99999999999999999999'), 400],
  ['9110 8.6', 'Content-Length just beyond 64 bits', cl('18446744073709551616'), 400],
  ['9110 8.6', 'an empty Content-Length', cl(''), 400],
  ['9110 8.6', 'Content-Length with a space inside', cl('1 0'), 400],
  [
    '9112 6.3',
    'Content-Length twice, different',
    raw('Content-Length: 5\r\nContent-Length: 6'),
    400,
  ],
  [
    '9112 6.3',
    'Content-Length twice, the same',
    raw('Content-Length: 5\r\nContent-Length: 5'),
    400,
  ],
  ['9112 7.1', 'a chunk size with 0x', chunk('0x5\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1', 'a negative chunk size', chunk('-5\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1', 'a chunk size with a plus sign', chunk('+5\r\nhello\r\n0\r\n\r\n'), 400],
  [
    '9112 7.1',
    'a chunk size beyond 64 bits',
    chunk('10000000000000005\r\nhello\r\n0\r\n\r\n'),
    400,
  ],
  ['9112 7.1', 'a space before a chunk size', chunk(' 5\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1', 'a space after a chunk size', chunk('5 \r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1', 'an empty chunk size', chunk('\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1', 'a chunk size ended by a bare LF', chunk('5\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1.1', 'a bare LF in a chunk extension', chunk('5;a\nb\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1.1', 'a bare CR in a chunk extension', chunk('5;a\rb\r\nhello\r\n0\r\n\r\n'), 400],
  ['9112 7.1.2', 'a trailer without a colon', chunk('0\r\nX\r\n\r\n'), 400],
  ['9112 3', 'a space after the version', 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n', 400],
  ['9112 3', 'a tab in the request line', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['9112 3', 'a space before the method', ' GET / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['9112 2.3', 'a lower-case HTTP name', 'GET / http/1.1\r\nHost: a\r\n\r\n', 400],
  ['9112 2.3', 'the version HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', 400],
  ['9112 2.3', 'the version HTTP/1.10', 'GET / HTTP/1.10\r\nHost: a\r\n\r\n', 400],
  ['9112 2.3', 'the version HTTP/3.0', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', 400],
  ['9112 2.3', 'HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['9113 3.4', 'the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['9112 2.2', 'bytes that are no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
];

function te(value: string): string {
  return request('POST /', [`Transfer-Encoding: ${value}`], '0\r\n\r\n');
}
function cl(value: string): string {
  return request('POST /', [`Content-Length: ${value}`], 'hello');
}
function raw(lines: string): string {
  return request('POST /', [lines], '0\r\n\r\n');
}
function chunk(body: string): string {
  return request('POST /', ['Transfer-Encoding: chunked'], body);
}

test.each(refused)('RFC %s: %s is refused and the connection closed', async (...row) => {
  const [, , bytes, status] = row;
  await expectRefused(bytes, status);
});

const brokenLater: [what: string, body: string][] = [
  ['a chunk longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
  ['a chunk ended by a bare LF', '5\r\nhello\n0\r\n\r\n'],
  ['a chunk ended by nothing', '5\r\nhello0\r\n\r\n'],
  ['a second chunk size that is no number', '5\r\nhello\r\nx\r\n\r\n'],
  ['a body that is no chunk at all', 'hello, I am no chunk\r\n'],
];

test.each(brokenLater)(
  'RFC 9112 7.1: %s is answered 400, and the upstream never gets a whole request',
  async (...row) => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond(ok());
    await client.send(chunk(row[1]));
    expectProblem(await client.readResponse(), 400, 'client_error');
    await client.closed();
    expect(upstream.requests).toEqual([]);
    await eventually(() => {
      for (const { reader } of upstream.connections) expect(reader.ending).not.toBe('open');
    });
    expect(breakerFailures(proxy)).toBe(0);
  },
);

test('RFC 9112 3: two spaces after the method are forwarded as one', async () => {
  const { request } = await forward('GET  / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(request.startLine).toBe('GET / HTTP/1.1');
});

test('RFC 9112 6.3: what follows a refused message is never taken for a request', async () => {
  const smuggled = request('GET /smuggled');
  const { upstream, proxy, client } = await setUp();
  await client.send(
    request('POST /', ['Content-Length: 5', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
  );
  expect((await client.readResponse()).status).toBe(400);
  await client.closed();
  expect(upstream.connections).toHaveLength(0);
  expect(proxy.instance.metrics.total).toBe(1);
});

test('RFC 9112 6.3: bytes beyond Content-Length are the next request, not more of this one', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(({ target }) => ok(target));
  await client.send(request('POST /one', ['Content-Length: 2'], 'hi') + request('GET /two'));
  expect((await client.readResponse()).body.toString()).toBe('/one');
  expect((await client.readResponse()).body.toString()).toBe('/two');
  expect(upstream.requests.map(({ body }) => body.toString())).toEqual(['hi', '']);
});

test('RFC 9112 6.1: Transfer-Encoding: CHUNKED is the chunked coding whatever its case', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('POST /', ['Transfer-Encoding: CHUNKED'], '2\r\nhi\r\n0\r\n\r\n'));
  expect((await upstream.nextRequest()).body.toString()).toBe('hi');
  expect((await client.readResponse()).status).toBe(200);
});

test('RFC 9112 6.3: Content-Length with leading zeros is its number', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok());
  await client.send(request('POST /', ['Content-Length: 0005'], 'hello') + request('GET /next'));
  expect((await upstream.nextRequest()).body.toString()).toBe('hello');
  expect((await upstream.nextRequest()).target).toBe('/next');
  expect((await client.readResponse()).status).toBe(200);
});
