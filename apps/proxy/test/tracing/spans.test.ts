import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { ok, request, response, setUp } from '../kit/cases.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { attributesOf, Collector } from './collector.ts';

const serverKind = 2;
const clientKind = 3;
const errorCode = 2;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

test('a request is a span with its attempt and its response under it', async () => {
  const collector = await Collector.start();
  const { upstream, proxy, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(ok('hello'));
  await client.send(request('GET /things?token=secret', ['User-Agent: probe']));
  const { id } = await client.readResponse().then((answer) => ({
    id: fieldOf(answer, 'x-request-id'),
  }));

  const [span] = await collector.named('GET');
  const [attempt] = await collector.named('attempt 1');
  const [answered] = await collector.named('response');
  expect(span).toMatchObject({ kind: serverKind, status: { code: 0 } });
  expect(span?.parentSpanId ?? '').toBe('');
  expect(attributesOf(span?.attributes ?? [])).toMatchObject({
    'http.request.method': 'GET',
    'url.path': '/things',
    'http.response.status_code': 200,
    'user_agent.original': 'probe',
    'spillway.outcome': 'ok',
    'spillway.request_id': id,
  });
  expect(JSON.stringify(collector.spans)).not.toContain('secret');
  for (const child of [attempt, answered]) {
    expect(child).toMatchObject({ traceId: span?.traceId, parentSpanId: span?.spanId });
    expect(BigInt(child?.startTimeUnixNano as string)).toBeGreaterThanOrEqual(
      BigInt(span?.startTimeUnixNano as string),
    );
    expect(BigInt(child?.endTimeUnixNano as string)).toBeLessThanOrEqual(
      BigInt(span?.endTimeUnixNano as string),
    );
  }
  expect(attempt).toMatchObject({ kind: clientKind, events: [{ name: 'first byte' }] });
  expect(attributesOf(collector.resources[0] ?? [])).toMatchObject({ 'service.name': 'spillway' });
  // The upstream's own spans hang under the attempt.
  const seen = await upstream.nextRequest();
  expect(fieldOf(seen, 'traceparent')).toBe(`00-${span?.traceId}-${attempt?.spanId}-01`);
  expect(proxy.instance.tracing).not.toBeNull();
});

test.each([
  ['GET http://b.example:81/things?token=secret', '/things'],
  ['GET http://b.example', '/'],
  ['GET http://b.example?token=secret', '/'],
  ['OPTIONS *', '*'],
])('%s has the path of what it asks for, without authority and query', async (line, path) => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(ok());
  await client.send(request(line));
  await client.readResponse();
  const [span] = await collector.named(line.slice(0, line.indexOf(' ')));
  expect(attributesOf(span?.attributes ?? [])['url.path']).toBe(path);
  expect(JSON.stringify(collector.spans)).not.toContain('secret');
});

test("a client's trace is continued, its state carried, and its sampling kept", async () => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(ok());
  const state = 'Tracestate: vendor=x';
  await client.send(request('GET /', [`Traceparent: 00-${traceId}-${parentId}-01`, state]));
  await client.readResponse();
  const [span] = await collector.named('GET');
  expect(span).toMatchObject({ traceId, parentSpanId: parentId });
  const seen = await upstream.nextRequest();
  const [attempt] = await collector.named('attempt 1');
  expect(fieldOf(seen, 'traceparent')).toBe(`00-${traceId}-${attempt?.spanId}-01`);
  expect(fieldOf(seen, 'tracestate')).toBe('vendor=x');

  await client.send(request('GET /', [`Traceparent: 00-${traceId}-${parentId}-00`]));
  await client.readResponse();
  const unsampled = await upstream.nextRequest();
  expect(fieldOf(unsampled, 'traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
});

test('lines of a tracestate arrive as one (seen: the second arrived twice)', async () => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(ok());
  const parent = `traceparent: 00-${traceId}-${parentId}-01`;
  await client.send(request('GET /', ['Tracestate: a=1', parent, 'tracestate: b=2']));
  await client.readResponse();
  const seen = await upstream.nextRequest();
  expect(valuesOf(seen, 'tracestate')).toEqual(['a=1,b=2']);
  expect(valuesOf(seen, 'traceparent')).toEqual([
    expect.stringMatching(new RegExp(`^00-${traceId}-(?!${parentId})[0-9a-f]{16}-01$`)),
  ]);
});

test.each([
  ['an invalid traceparent', [`traceparent: 00-${traceId}-0000000000000000-01`]],
  ['two of them', ['1', '2'].map((end) => `Traceparent: 00-${traceId}-b7ad6b716920333${end}-01`)],
  ['two of a later version', ['', ''].map(() => `traceparent: cc-${traceId}-${parentId}-01-more`)],
  ['none', []],
])('with %s a new trace begins, without the state of the old', async (_what, parents) => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(() =>
    upstream.requests.length === 1 ? response('503 No', ['Content-Length: 0']) : ok(),
  );
  await client.send(request('GET /', [...parents, 'tracestate: a=1', 'tracestate: b=2']));
  await client.readResponse();
  expect(upstream.requests).toHaveLength(2);
  for (const seen of upstream.requests) {
    expect(valuesOf(seen, 'traceparent')).toEqual([
      expect.stringMatching(new RegExp(`^00-(?!${traceId})[0-9a-f]{32}-[0-9a-f]{16}-01$`)),
    ]);
    expect(valuesOf(seen, 'tracestate')).toEqual([]);
  }
});

test('every attempt has a span of its own, and the failed one says why', async () => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(() =>
    upstream.requests.length === 1 ? response('503 No', ['Content-Length: 0']) : ok(),
  );
  await client.send(request('GET /'));
  expect((await client.readResponse()).status).toBe(200);
  const [first] = await collector.named('attempt 1');
  const [second] = await collector.named('attempt 2');
  const [span] = await collector.named('GET');
  expect(first).toMatchObject({ parentSpanId: span?.spanId, status: { code: errorCode } });
  expect(attributesOf(first?.attributes ?? [])).toMatchObject({
    'http.response.status_code': 503,
    'error.type': 'upstream_error',
  });
  expect(second).toMatchObject({ parentSpanId: span?.spanId, status: { code: 0 } });
  expect(attributesOf(second?.attributes ?? [])).toMatchObject({ 'http.request.resend_count': 1 });
  const sent = upstream.requests.map((one) => fieldOf(one, 'traceparent'));
  expect(sent).toEqual([
    `00-${span?.traceId}-${first?.spanId}-01`,
    `00-${span?.traceId}-${second?.spanId}-01`,
  ]);
});

test('a wait in the queue is a span that says how it ended', async () => {
  const collector = await Collector.start();
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--otlp-endpoint': collector.url,
    '--max-concurrent-requests': 1,
    '--queue-timeout': '50ms',
  });
  const first = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  expect((await ask(proxy)).status).toBe(503);
  const [queue] = await collector.named('queue');
  expect(attributesOf(queue?.attributes ?? [])).toMatchObject({
    'spillway.permit': 'queue_timeout',
  });
  const refused = (await collector.named('GET')).find(
    ({ spanId }) => spanId === queue?.parentSpanId,
  );
  expect(attributesOf(refused?.attributes ?? [])).toMatchObject({ 'error.type': 'queue_timeout' });
  first.destroy();
});

test('the span of a client that left has the status it was sent, if any (seen: 499)', async () => {
  const collector = await Collector.start();
  const { upstream, proxy, client } = await setUp({ '--otlp-endpoint': collector.url });
  upstream.respond(() => undefined);
  await client.send(request('GET /'));
  await upstream.nextRequest();
  client.destroy();
  const [early] = await collector.named('GET');
  const had = attributesOf(early?.attributes ?? []);
  expect(had).toMatchObject({ 'spillway.outcome': 'client_gone' });
  expect(had).not.toHaveProperty('http.response.status_code');

  upstream.respond(() => 'HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nhalf');
  const other = await proxy.connect();
  await other.send(request('GET /'));
  await other.reader.until('half', 'half of an answer');
  other.destroy();
  const [, late] = await collector.named('GET', 2);
  expect(attributesOf(late?.attributes ?? [])).toMatchObject({
    'spillway.outcome': 'client_gone',
    'http.response.status_code': 201,
  });
});

test('without a collector trace fields are passed on as they came', async () => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(ok());
  const parent = `00-${traceId}-${parentId}-01`;
  const fields = [`traceparent: ${parent}`, 'tracestate: a=1', 'traceparent: no', 'tracestate: b'];
  await client.send(request('GET /', fields));
  await client.readResponse();
  const seen = await upstream.nextRequest();
  expect(valuesOf(seen, 'traceparent')).toEqual([parent, 'no']);
  expect(valuesOf(seen, 'tracestate')).toEqual(['a=1', 'b']);
  expect(proxy.instance.tracing).toBeNull();
});

test('a collector that refuses is complained of, and costs no request', async () => {
  const collector = await Collector.start(400, 'no\n'.repeat(300_000));
  const { upstream, proxy, client } = await setUp({ '--otlp-endpoint': collector.url });
  const complaint = new Promise<string>((resolve) => {
    proxy.instance.events.once('tracing_failed', resolve);
  });
  upstream.respond(ok('fine'));
  await client.send(request('GET /'));
  expect((await client.readResponse()).body.toString()).toBe('fine');
  expect(await complaint).toMatch(/^400 Bad Request (no )+n?o?\.\.\.$/);
});

test('nothing is sampled at 0 percent, and the upstream hears so', async () => {
  const collector = await Collector.start();
  const { upstream, client } = await setUp({
    '--otlp-endpoint': collector.url,
    '--otlp-sample': '0%',
  });
  upstream.respond(ok());
  await client.send(request('GET /'));
  await client.readResponse();
  expect(fieldOf(await upstream.nextRequest(), 'traceparent')).toMatch(/-00$/);
});
