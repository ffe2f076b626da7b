import { expect, test } from 'vitest';
import { chunked, expectProblem, ok, relay, request, response, setUp } from '../kit/cases.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream, type Respond } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';

/** Breaks the first `times` requests by the given means, and answers the later ones. */
const breaks =
  (times: number, by: 'end' | 'reset', upstream: RawUpstream): Respond =>
  (_request, connection) => {
    if (upstream.requests.length > times) return ok('at last');
    connection[by]();
    return undefined;
  };

for (const by of ['end', 'reset'] as const) {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    `RFC 9110 9.2.2: %s is sent again after the upstream's ${by}`,
    async (method) => {
      const { upstream, proxy, client } = await setUp();
      upstream.respond(breaks(1, by, upstream));
      await client.send(request(`${method} /`));
      expect((await client.readResponse(method)).status).toBe(200);
      expect(upstream.requests.map((one) => one.method)).toEqual([method, method]);
      expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 2 });
    },
  );

  test.each(['POST', 'PATCH', 'MKCALENDAR'])(
    `RFC 9110 9.2.2: %s is never sent again after the upstream's ${by}`,
    async (method) => {
      const { upstream, proxy, client } = await setUp({ '--max-retries': 5 });
      upstream.respond(breaks(1, by, upstream));
      await client.send(request(`${method} /`, ['Content-Length: 2'], 'hi'));
      expectProblem(await client.readResponse(), 502, 'connection_terminated');
      expect(upstream.requests).toHaveLength(1);
      expect(await proxy.finished()).toMatchObject({ attempts: 1 });
    },
  );

  test(`RFC 9110 9.2.2: a POST without a body is never sent again after the upstream's ${by}`, async () => {
    const { upstream, client } = await setUp();
    upstream.respond(breaks(1, by, upstream));
    await client.send(request('POST /', ['Content-Length: 0']));
    expectProblem(await client.readResponse(), 502, 'connection_terminated');
    expect(upstream.requests).toHaveLength(1);
  });
}

const bodies: [framing: string, fields: string[], body: string][] = [
  ['with a length', ['Content-Length: 26'], 'the body\r\n\0\xff, to the byte\n'.slice(0, 26)],
  ['in chunks', ['Transfer-Encoding: chunked'], chunked('the body\r\n\0\xff, to the byte\n', 5)],
];

test.each(bodies)(
  'RFC 9110 9.2.2: a held body %s is sent again byte for byte',
  async (_framing, fields, body) => {
    const { upstream, client } = await setUp();
    upstream.respond(breaks(2, 'reset', upstream));
    await client.send(request('PUT /', fields));
    await client.sendPieces(...(body.match(/.{1,9}/gs) ?? []));
    expect((await client.readResponse('PUT')).body.toString()).toBe('at last');
    const [first, ...again] = upstream.requests.map((one) => one.body.toString('latin1'));
    expect(again).toEqual([first, first]);
    expect(first).toContain('\0\xff, to the byte');
  },
);

test('RFC 9110 9.2.2: the whole head is the same in each attempt, request id included', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(breaks(2, 'reset', upstream));
  await client.send(request('GET /a?b', ['X-A: 1', 'x-a: 2', 'Via: 1.0 x']));
  await client.readResponse();
  const heads = upstream.requests.map(({ startLine, fields }) => [startLine, fields]);
  expect(heads[1]).toEqual(heads[0]);
  expect(heads[2]).toEqual(heads[0]);
});

test('RFC 9110 9.2.2: a body beyond --retry-body-limit is sent once', async () => {
  const { upstream, client } = await setUp({ '--retry-body-limit': '1KiB' });
  upstream.respond(breaks(1, 'reset', upstream));
  await client.send(request('PUT /', ['Content-Length: 2000']));
  await client.send('x'.repeat(1000));
  await client.send('y'.repeat(1000));
  expectProblem(await client.readResponse('PUT'), 502, 'connection_terminated');
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9110 9.2.2: a body beyond --retry-body-total is sent once', async () => {
  const { upstream, client } = await setUp({ '--retry-body-total': '1KiB' });
  upstream.respond(breaks(1, 'reset', upstream));
  await client.send(request('PUT /', ['Content-Length: 2000'], 'x'.repeat(2000)));
  expectProblem(await client.readResponse('PUT'), 502, 'connection_terminated');
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9110 9.2.2: a refused connection is tried again for POST: nothing was sent', async () => {
  const gone = await RawUpstream.start();
  await gone.close();
  const proxy = await startGateway({ '--target': gone.origin, '--max-retries': 2 });
  const client = await proxy.connect();
  await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
  expectProblem(await client.readResponse(), 502, 'connection_refused');
  expect(await proxy.finished()).toMatchObject({ attempts: 3 });
});

test('RFC 9110 9.2.2: a POST that one target refuses goes to the other, once', async () => {
  const gone = await RawUpstream.start();
  await gone.close();
  const upstream = await RawUpstream.start();
  upstream.respond(ok('from the other'));
  const proxy = await startGateway({ '--target': [gone.origin, upstream.origin] });
  const client = await proxy.connect();
  let attempts = 0;
  for (let i = 0; i < 2; i++) {
    await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
    expect((await client.readResponse()).body.toString()).toBe('from the other');
    attempts += (await proxy.finished()).attempts;
  }
  expect(attempts).toBeGreaterThan(2);
  expect(upstream.requests.map(({ body }) => body.toString())).toEqual(['hi', 'hi']);
});

test.each([502, 503, 504])(
  'RFC 9110 15.6: a GET that is answered %i is tried again, then relayed',
  async (status) => {
    const answer = response(`${status} Busy`, ['X-A: b', 'Content-Length: 4'], 'busy');
    const { upstream, proxy, client } = await setUp({ '--max-retries': 2 });
    upstream.respond(answer);
    await client.send(request('GET /'));
    const seen = await client.readResponse();
    expect([seen.status, seen.body.toString(), fieldOf(seen, 'x-a')]).toEqual([
      status,
      'busy',
      'b',
    ]);
    expect(upstream.requests).toHaveLength(3);
    expect(await proxy.finished()).toMatchObject({ outcome: 'upstream_error', attempts: 3 });
  },
);

test('RFC 9110 15.6.4: of a 503 that is tried again with success the client hears nothing', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(() =>
    upstream.requests.length > 1
      ? ok('fine')
      : response('503 Busy', ['X-A: b', 'Transfer-Encoding: chunked'], chunked('busy')),
  );
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expect([seen.status, seen.body.toString()]).toEqual([200, 'fine']);
  expect(fieldOf(seen, 'x-a')).toBeUndefined();
  expect(upstream.connections).toHaveLength(1);
});

const relayedAtOnce: [what: string, ask: string, status: string, fields: string[]][] = [
  ['503 to a POST', request('POST /', ['Content-Length: 0']), '503 Busy', []],
  ['502 to a PATCH', request('PATCH /', ['Content-Length: 0']), '502 Bad', []],
  ['500 to a GET', request('GET /'), '500 Oops', []],
  ['501 to a GET', request('GET /'), '501 No', []],
  ['505 to a GET', request('GET /'), '505 No', []],
  ['429 without Retry-After', request('GET /'), '429 Slow', []],
  ['429 to a POST', request('POST /', ['Content-Length: 0']), '429 Slow', ['Retry-After: 0']],
  ['503 with a Retry-After beyond patience', request('GET /'), '503 Busy', ['Retry-After: 3600']],
  ['404 to a GET', request('GET /'), '404 No', ['Retry-After: 0']],
  ['408 to a GET', request('GET /'), '408 Slow', []],
];

test.each(relayedAtOnce)('RFC 9110 9.2.2: %s is relayed at once', async (...row) => {
  const [, ask, status, fields] = row;
  const answer = response(status, [...fields, 'Content-Length: 4'], 'body');
  const { response: seen, upstream } = await relay(answer, { ask, flags: { '--max-retries': 3 } });
  expect(`${seen.status} ${seen.reason}`).toBe(status);
  expect(seen.body.toString()).toBe('body');
  expect(fieldOf(seen, 'retry-after')).toBe(fields[0]?.slice(13));
  expect(upstream.requests).toHaveLength(1);
});

test.each(['503 Busy', '429 Slow'])(
  'RFC 9110 10.2.3: Retry-After of a %s is waited for',
  async (status) => {
    const { upstream, client } = await setUp();
    const at: number[] = [];
    upstream.respond(() => {
      at.push(performance.now());
      return at.length > 1 ? ok() : response(status, ['Retry-After: 1', 'Content-Length: 0']);
    });
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
  },
);

test('RFC 9110 10.2.3: a Retry-After beyond --request-timeout is not waited for', async () => {
  const { upstream, client } = await setUp({ '--request-timeout': '2s' });
  upstream.respond(response('503 Busy', ['Retry-After: 10', 'Content-Length: 0']));
  await client.send(request('GET /'));
  expect((await client.readResponse()).status).toBe(503);
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9110 9.2.2: with --max-retries 0 nothing is tried again', async () => {
  const { upstream, client } = await setUp({ '--max-retries': 0 });
  upstream.respond(breaks(1, 'reset', upstream));
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 502, 'connection_terminated');
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9110 9.2.2: an answer that is no HTTP is not asked for again', async () => {
  const { upstream, client } = await setUp();
  upstream.respond('garbage\r\n\r\n');
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 502, 'http_protocol_error');
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9110 9.2.2: a silent upstream is not asked again by default', async () => {
  const { upstream, client } = await setUp({ '--read-timeout': '100ms' });
  upstream.respond(() => undefined);
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9110 9.2.2: with --retry-on-timeout a silent upstream is asked again, for GET only', async () => {
  const { upstream, client } = await setUp({
    '--read-timeout': '100ms',
    '--retry-on-timeout': true,
    '--max-retries': 1,
  });
  upstream.respond(() => undefined);
  await client.send(request('GET /'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
  await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
  expectProblem(await client.readResponse(), 504, 'connection_read_timeout');
  expect(upstream.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
});

test.each<[flags: Record<`--${string}`, number>, methods: string[]]>([
  [{}, ['GET', 'POST']],
  [{ '--retry-on': 500 }, ['GET', 'GET', 'POST']],
])('RFC 9110 9.2.2: with %o a 500 is asked for again like this', async (flags, expected) => {
  const { upstream, client } = await setUp({ '--max-retries': 1, ...flags });
  upstream.respond(response('500 Broken', ['Content-Length: 3'], 'why'));
  await client.send(request('GET /'));
  const { status, body } = await client.readResponse();
  expect([status, body.toString()]).toEqual([500, 'why']);
  await client.send(request('POST /', ['Content-Length: 2'], 'hi'));
  expect((await client.readResponse()).status).toBe(500);
  expect(upstream.requests.map(({ method }) => method)).toEqual(expected);
});

test('RFC 9110 9.2.2: --retry-on takes a client error too, and no other is asked for again', async () => {
  const { upstream, proxy, client } = await setUp({ '--retry-on': ['425', '500'] });
  upstream.respond(({ target }) =>
    target !== '/early' || upstream.requests.length > 1
      ? response('400 No', ['Content-Length: 0'])
      : response('425 Too Early', ['Content-Length: 0']),
  );
  await client.send(request('GET /early'));
  expect((await client.readResponse()).status).toBe(400);
  expect(await proxy.finished()).toMatchObject({ attempts: 2 });
  await client.send(request('GET /other'));
  expect((await client.readResponse()).status).toBe(400);
  expect(await proxy.finished()).toMatchObject({ attempts: 1 });
});

const failures: [what: string, fail: Respond][] = [
  ['a 503', () => response('503 Busy', ['Content-Length: 0'])],
  [
    'a reset',
    (_request, connection) => {
      connection.reset();
      return undefined;
    },
  ],
];

test.each(failures)(
  'A request that a retry has mended says nothing of %s before it',
  async (...row) => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond((...asked) => (upstream.requests.length > 1 ? ok() : row[1](...asked)));
    await client.send(request('GET /'));
    expect((await client.readResponse()).status).toBe(200);
    expect(await proxy.finished()).toMatchObject({ outcome: 'ok', attempts: 2, detail: '' });
  },
);
