import { expect, test } from 'vitest';
import { chunked, expectProblem, forward, relay, request, response, setUp } from '../kit/cases.ts';
import { Truncated, valuesOf } from '../kit/raw-message.ts';

const withTrailers = (trailers: string[], fields: string[] = []) =>
  response('200 OK', ['Transfer-Encoding: chunked', ...fields], chunked('content', 3, trailers));

test('RFC 9110 6.5: the trailers of an answer follow its content', async () => {
  const trailers = ['Server-Timing: db;dur=5', 'X-Checksum: abc'];
  const { response: seen } = await relay(
    withTrailers(trailers, ['Trailer: Server-Timing, X-Checksum']),
  );
  expect(valuesOf(seen, 'trailer')).toEqual(['Server-Timing, X-Checksum']);
  expect(seen.body.toString()).toBe('content');
  expect(seen.trailers).toEqual([
    ['Server-Timing', 'db;dur=5'],
    ['X-Checksum', 'abc'],
  ]);
});

test('RFC 9110 6.5: unannounced, repeated and empty trailers are kept in order', async () => {
  const { response: seen } = await relay(withTrailers(['X-A: 1', 'X-B:', 'x-a: 2']));
  expect(seen.trailers).toEqual([
    ['X-A', '1'],
    ['X-B', ''],
    ['x-a', '2'],
  ]);
});

test('RFC 9110 5.5: bytes above 0x7f in a trailer are kept', async () => {
  const { response: seen } = await relay(withTrailers(['X-A: \xe9\xff']));
  expect(seen.trailers).toEqual([['X-A', '\xe9\xff']]);
});

test('RFC 9110 6.5: grpc-status of a bodyless answer arrives', async () => {
  const bytes = response(
    '200 OK',
    ['Transfer-Encoding: chunked', 'Content-Type: application/grpc'],
    chunked('', 3, ['grpc-status: 5']),
  );
  const { response: seen } = await relay(bytes);
  expect(seen.body).toHaveLength(0);
  expect(seen.trailers).toEqual([['grpc-status', '5']]);
});

test('RFC 9110 6.5.1: what is for one connection does not pass as a trailer', async () => {
  const trailers = [
    'Connection: X-C',
    'X-C: 1',
    'Keep-Alive: timeout=9',
    'Transfer-Encoding: gzip',
    'X-A: b',
  ];
  const { response: seen } = await relay(withTrailers(trailers));
  expect(seen.trailers).toEqual([['X-A', 'b']]);
});

test('RFC 9110 6.5.1: Content-Length as a trailer is a fault: the answer never ends cleanly', async () => {
  const failure = await relay(withTrailers(['Content-Length: 5'])).catch((error) => error);
  expect(failure).toBeInstanceOf(Truncated);
});

test('RFC 9112 7.1.2: trailers are not merged into the head', async () => {
  const { response: seen } = await relay(withTrailers(['X-Late: 1']));
  expect(valuesOf(seen, 'x-late')).toEqual([]);
});

const trailerless: [what: string, ask: string, answer: string, status: number, body: string][] = [
  [
    'of an HTTP/1.0 client',
    'GET / HTTP/1.0\r\n\r\n',
    withTrailers(['X-A: b'], ['Trailer: X-A']),
    200,
    'content',
  ],
  [
    'of HEAD',
    request('HEAD /'),
    response('200 OK', ['Transfer-Encoding: chunked', 'Trailer: X-A']),
    200,
    '',
  ],
  [
    'with a length',
    request('GET /'),
    response('200 OK', ['Trailer: X-A', 'Content-Length: 2'], 'hi'),
    200,
    'hi',
  ],
  ['of a 204', request('GET /'), response('204 No Content', ['Trailer: X-A']), 204, ''],
  ['of a 304', request('GET /'), response('304 Not Modified', ['Trailer: X-A']), 304, ''],
];

test.each(trailerless)('RFC 9110 6.6.2: an answer %s announces no trailers', async (...row) => {
  const [, ask, answer, status, body] = row;
  // Regression: node:http refuses to write such a head, and the answer was a broken 502.
  const { response: seen } = await relay(answer, { ask });
  expect([seen.status, seen.body.toString()]).toEqual([status, body]);
  expect(valuesOf(seen, 'trailer')).toEqual([]);
  expect(seen.trailers).toEqual([]);
});

const post = (trailers: string[], body = 'content') =>
  request('POST /', ['Transfer-Encoding: chunked'], chunked(body, 3, trailers));

test.each([
  ['without content', request('GET /', ['Trailer: X-A'])],
  ['with a length', request('POST /', ['Trailer: X-A', 'Content-Length: 2'], 'hi')],
])('RFC 9110 6.6.2: a request %s announces no trailers', async (_what, bytes) => {
  const { request: seen } = await forward(bytes);
  expect(valuesOf(seen, 'trailer')).toEqual([]);
});

test('RFC 9110 6.6.2: a chunked request announces its trailers', async () => {
  const bytes = request(
    'POST /',
    ['Trailer: X-A', 'Transfer-Encoding: chunked'],
    chunked('hi', 3, ['X-A: b']),
  );
  const { request: seen } = await forward(bytes);
  expect(valuesOf(seen, 'trailer')).toEqual(['X-A']);
  expect(seen.trailers).toEqual([['X-A', 'b']]);
});

test('RFC 9110 6.5: the trailers of a request follow its content, and only there', async () => {
  const { request: seen } = await forward(post(['X-Late: 1', 'x-sum: a, b', 'X-Late: 2']));
  expect(seen.body.toString()).toBe('content');
  expect(seen.trailers).toEqual([
    ['X-Late', '1'],
    ['x-sum', 'a, b'],
    ['X-Late', '2'],
  ]);
  expect(valuesOf(seen, 'x-late')).toEqual([]);
});

test('RFC 9110 5.5: bytes above 0x7f in a trailer of a request are kept', async () => {
  const { request: seen } = await forward(post(['X-A: \xe9\xff']));
  expect(seen.trailers).toEqual([['X-A', '\xe9\xff']]);
});

test('RFC 9110 6.5.1: what routes, frames or is ours does not pass as a trailer of a request', async () => {
  const { request: seen } = await forward(
    post([
      'Host: evil',
      'Trailer: X',
      'Connection: close',
      'Keep-Alive: timeout=9',
      'TE: x',
      'Upgrade: x',
      'X-Forwarded-For: 1.2.3.4',
      'X-Forwarded-Host: evil',
      'X-Forwarded-Port: 443',
      'Forwarded: for=1.2.3.4',
      'X_Forwarded_For: 1.2.3.4',
      'X-Real-IP: 1.2.3.4',
      'X-Request-Id: evil',
      'Proxy-Authorization: Basic eDp5',
      'X-A: b',
    ]),
  );
  expect(seen.trailers).toEqual([['X-A', 'b']]);
  expect(valuesOf(seen, 'host')).toEqual(['a']);
});

test.each(['Content-Length: 3', 'Transfer-Encoding: chunked'])(
  'RFC 9110 6.5.1: %s as a trailer of a request is refused',
  async (trailer) => {
    const { upstream, client } = await setUp();
    await client.send(post([trailer]));
    expectProblem(await client.readResponse(), 400, 'client_error');
    await client.closed();
    expect(upstream.requests).toEqual([]);
  },
);

test('RFC 9112 7.1.2: trailers of a body that is sent again are sent again', async () => {
  const { upstream, client } = await setUp();
  upstream.respond((_request, connection) => {
    if (upstream.requests.length > 1) return response('200 OK', ['Content-Length: 0']);
    connection.reset();
    return undefined;
  });
  await client.send(post(['X-Late: 1']).replace('POST', 'PUT'));
  expect((await client.readResponse('PUT')).status).toBe(200);
  const [first, second] = upstream.requests;
  expect(second?.body).toEqual(first?.body);
  expect(second?.trailers).toEqual([['X-Late', '1']]);
});

test('RFC 9112 7.1.2: a trailer of one request does not stick to the next', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('200 OK', ['Content-Length: 0']));
  for (const trailers of [['X-Late: 1'], []]) {
    await client.send(post(trailers));
    expect((await client.readResponse('POST')).status).toBe(200);
  }
  expect(upstream.requests.map(({ trailers }) => trailers.length)).toEqual([1, 0]);
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9110 6.5.1: TE: trailers of a client is for its own connection', async () => {
  const { request: seen } = await forward(request('GET /', ['TE: trailers', 'Connection: TE']));
  expect(valuesOf(seen, 'te')).toEqual([]);
});
