import { expect, test } from 'vitest';
import { type Case, chunked, request, response, setUp } from '../kit/cases.ts';
import { Truncated } from '../kit/raw-message.ts';
import type { UpstreamConnection } from '../kit/raw-upstream.ts';

/** What the client makes of an answer whose upstream leaves after these bytes. */
async function brokenAnswer(
  bytes: string,
  leave: (connection: UpstreamConnection) => void,
  ask: string,
): Promise<Case & { failure: unknown }> {
  const running = await setUp();
  await running.client.send(ask);
  const connection = await running.upstream.accept();
  await connection.readRequest();
  await connection.send(bytes);
  // The bytes first, so that a reset does not overtake them.
  await running.client.reader.sees('\r\n\r\n', 'the head');
  leave(connection);
  const failure = await running.client.readResponse().catch((error: unknown) => error);
  return { ...running, failure };
}

const endings: [how: string, leave: (connection: UpstreamConnection) => void][] = [
  ['ends', (connection) => connection.end()],
  ['resets', (connection) => connection.reset()],
];

const answers: [what: string, bytes: string][] = [
  ['within Content-Length', response('200 OK', ['Content-Length: 10'], 'half')],
  ['before any of Content-Length', response('200 OK', ['Content-Length: 10'])],
  ['within a chunk', response('200 OK', ['Transfer-Encoding: chunked'], 'a\r\nhalf')],
  ['between chunks', response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n')],
  ['within a chunk size', response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n1')],
  [
    'before the end of the last chunk',
    response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n0\r\n'),
  ],
  [
    'within the trailers',
    response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n0\r\nX-A: b'),
  ],
];

const asks: [version: string, ask: string][] = [
  ['HTTP/1.1', request('GET /')],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ['HTTP/1.0 with keep-alive', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'],
  ['Connection: close', request('GET /', ['Connection: close'])],
];

const rows = endings.flatMap(([how, leave]) =>
  answers.flatMap(([where, bytes]) =>
    asks.map(([version, ask]) => ({ how, where, version, leave, bytes, ask })),
  ),
);

test.each(rows)(
  'RFC 9112 8: an upstream that $how $where is no clean end to $version',
  async (row) => {
    const { failure, proxy } = await brokenAnswer(row.bytes, row.leave, row.ask);
    expect(failure).toBeInstanceOf(Truncated);
    expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
    expect(proxy.service.upstreams.all[0]?.breaker.consecutiveFailures).toBe(1);
  },
);

test.each(asks)(
  'RFC 9112 8: a reset of an answer that its connection delimits is no clean end to %s',
  async (...row) => {
    const bytes = response('200 OK', ['Connection: close'], 'half');
    const { failure, proxy } = await brokenAnswer(bytes, (one) => one.reset(), row[1]);
    expect(failure).toBeInstanceOf(Truncated);
    expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
  },
);

test.each(asks)(
  'RFC 9112 6.3: a clean end of an answer that its connection delimits is one to %s',
  async (...row) => {
    const { upstream, proxy, client } = await setUp();
    upstream.respond((_request, connection) => {
      connection.end(response('200 OK', ['Connection: close'], 'all of it'));
      return undefined;
    });
    await client.send(row[1]);
    expect((await client.readResponse()).body.toString()).toBe('all of it');
    expect(await proxy.finished()).toMatchObject({ outcome: 'ok' });
  },
);

test('RFC 9112 8: silence in the middle of an answer cuts it', async () => {
  const { upstream, proxy, client } = await setUp({ '--read-timeout': '100ms' });
  upstream.respond(response('200 OK', ['Content-Length: 10'], 'half'));
  await client.send(request('GET /'));
  await expect(client.readResponse()).rejects.toBeInstanceOf(Truncated);
  expect(await proxy.finished()).toMatchObject({ outcome: 'connection_read_timeout' });
});

test('RFC 9112 8: silence in the middle of an answer resets an HTTP/1.0 client', async () => {
  const { upstream, client } = await setUp({ '--read-timeout': '100ms' });
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n'));
  await client.send('GET / HTTP/1.0\r\n\r\n');
  const failure = await client.readResponse().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Truncated);
  expect((failure as Truncated).ending).toBe('reset');
});

test('RFC 9112 8: --request-timeout in the middle of an answer cuts it', async () => {
  const { upstream, proxy, client } = await setUp({ '--request-timeout': '100ms' });
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], '4\r\nhalf\r\n'));
  await client.send(request('GET /'));
  await expect(client.readResponse()).rejects.toBeInstanceOf(Truncated);
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_timeout' });
});

test.each([
  ['a chunk size that is no number', '4\r\nhalf\r\nxyz\r\n'],
  ['a chunk longer than its size', '4\r\nhalf and more\r\n'],
  ['a negative chunk size', '4\r\nhalf\r\n-1\r\n'],
  ['a chunk size beyond 64 bits', '4\r\nhalf\r\n10000000000000001\r\n'],
  ['a trailer without a colon', '4\r\nhalf\r\n0\r\nX\r\n\r\n'],
])('RFC 9112 7.1: %s in an answer cuts it', async (...row) => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], row[1]));
  await client.send(request('GET /'));
  await expect(client.readResponse()).rejects.toBeInstanceOf(Truncated);
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_incomplete' });
});

test('RFC 9112 8: an answer that breaks off is not tried for again', async () => {
  const { upstream, client } = await setUp({ '--max-retries': 3 });
  upstream.respond((_request, connection) => {
    connection.end(
      response('200 OK', ['Transfer-Encoding: chunked'], chunked('half').slice(0, -5)),
    );
    return undefined;
  });
  await client.send(request('GET /'));
  await expect(client.readResponse()).rejects.toBeInstanceOf(Truncated);
  expect(upstream.requests).toHaveLength(1);
});
