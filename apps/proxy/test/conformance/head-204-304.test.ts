import { expect, test } from 'vitest';
import { chunked, ok, relay, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

const head = request('HEAD /');

test('RFC 9110 9.3.2: HEAD keeps the Content-Length of the answer that GET would get', async () => {
  const { response: seen } = await relay(response('200 OK', ['Content-Length: 1234']), {
    ask: head,
  });
  expect(valuesOf(seen, 'content-length')).toEqual(['1234']);
});

test('RFC 9110 9.3.2: HEAD without Content-Length is given none', async () => {
  const { response: seen, client } = await relay(response('200 OK', ['X-A: b']), { ask: head });
  expect(valuesOf(seen, 'content-length')).toEqual([]);
  expect(client.reader.unread).toHaveLength(0);
});

test('RFC 9112 6.1: HEAD of a chunked resource gets no chunk', async () => {
  const {
    response: seen,
    client,
    upstream,
  } = await relay(response('200 OK', ['Transfer-Encoding: chunked']), { ask: head });
  expect(seen.status).toBe(200);
  await client.send(request('HEAD /again'));
  expect((await client.readResponse('HEAD')).status).toBe(200);
  expect(upstream.requests).toHaveLength(2);
});

test('RFC 9112 9.3: HEAD leaves both connections open', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(({ method }) =>
    method === 'HEAD' ? response('200 OK', ['Content-Length: 9']) : ok('a content'),
  );
  await client.send(head);
  expect((await client.readResponse('HEAD')).status).toBe(200);
  await client.send(request('GET /'));
  expect((await client.readResponse()).body.toString()).toBe('a content');
  expect(upstream.connections).toHaveLength(1);
});

test('RFC 9110 9.3.2: HEAD of an error of ours has no content, but its length', async () => {
  const { proxy, client } = await setUp({ '--target': 'http://127.0.0.1:1', '--max-retries': 0 });
  await client.send(head + request('GET /'));
  const seen = await client.readResponse('HEAD');
  expect(seen.status).toBe(502);
  expect(Number(fieldOf(seen, 'content-length'))).toBeGreaterThan(0);
  expect((await client.readResponse()).status).toBe(502);
  expect(proxy.service.traffic.counts.byOutcome.connection_refused).toBe(2);
});

test.each([
  ['204 No Content', []],
  ['304 Not Modified', []],
  ['304 Not Modified', ['Content-Length: 1234']],
  ['304 Not Modified', ['ETag: "x"', 'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT']],
])('RFC 9112 6.3: %s with %j keeps its fields and has no content', async (line, fields) => {
  const { upstream, client } = await setUp();
  upstream.respond(({ target }) => (target === '/' ? response(line, fields) : ok('next')));
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  for (const field of fields) {
    expect(seen.fields.map(([name, value]) => `${name}: ${value}`)).toContain(field);
  }
  if (!fields.join().includes('Content-Length')) {
    expect(valuesOf(seen, 'content-length')).toEqual([]);
  }
  expect(valuesOf(seen, 'transfer-encoding')).toEqual([]);
  await client.send(request('GET /next'));
  expect((await client.readResponse()).body.toString()).toBe('next');
});

test.each(['0', '5', '1234567'])(
  'RFC 9110 8.6: a 204 with Content-Length: %s is passed on without it',
  async (length) => {
    const { upstream, client } = await setUp();
    const fields = [`Content-Length: ${length}`, 'Trailer: X-A', 'X-A: b'];
    upstream.respond(({ target }) =>
      target === '/' ? response('204 No Content', fields) : ok('next'),
    );
    await client.send(request('GET /'));
    const seen = await client.readResponse();
    expect([seen.status, ...valuesOf(seen, 'x-a')]).toEqual([204, 'b']);
    expect([...valuesOf(seen, 'content-length'), ...valuesOf(seen, 'trailer')]).toEqual([]);
    await client.send(request('GET /next'));
    expect((await client.readResponse()).body.toString()).toBe('next');
  },
);

test('RFC 9110 8.6: an interim response is passed on without a Content-Length', async () => {
  const hints = response('103 Early Hints', ['Link: </a>', 'Content-Length: 0', 'Trailer: X-A']);
  const { response: seen } = await relay(hints + ok('final'));
  expect(seen.body.toString()).toBe('final');
  const [interim] = seen.interim;
  expect(interim?.fields.map(([name]) => name.toLowerCase())).toEqual(['link']);
});

const unasked: [section: string, ask: string, answer: string][] = [
  ['9110 9.3.2', head, response('200 OK', ['Content-Length: 5'], 'hello')],
  ['9110 15.3.5', request('GET /'), response('204 No Content', [], 'hello')],
  ['9110 15.4.5', request('GET /'), response('304 Not Modified', ['Content-Length: 5'], 'hello')],
  ['9112 6.3', request('GET /'), response('200 OK', ['Content-Length: 2'], 'hihello')],
  [
    '9112 6.3',
    request('GET /'),
    `${response('200 OK', ['Content-Length: 2'], 'hi')}${ok('stray')}`,
  ],
  [
    '9112 7.1',
    request('GET /'),
    `${response('200 OK', ['Transfer-Encoding: chunked'], chunked('hi'))}${ok('stray')}`,
  ],
];

test.each(unasked)(
  'RFC %s: content that may not follow is never taken for the next answer (%#)',
  async (...row) => {
    const [, ask, answer] = row;
    const { upstream, proxy, client } = await setUp();
    upstream.respond(({ target }) => (target === '/next' ? ok('next') : answer));
    await client.send(ask);
    const first = await client.readResponse(ask.slice(0, 4).trim());
    // Either the answer counts and its rest is dropped, or all of it is a fault; the next is whole.
    if (first.status !== 502) expect(first.body.toString()).not.toContain('hello');
    await eventually(() => expect(proxy.service.permits.inFlight).toBe(0));
    await client.send(request('GET /next'));
    const next = await client.readResponse();
    expect([next.status, next.body.toString()]).toEqual([200, 'next']);
  },
);
