import { expect, test } from 'vitest';
import { chunked, ok, response } from '../kit/cases.ts';
import { setUpHttp2 } from '../kit/http2/cases.ts';
import { settingIds } from '../kit/http2/frames.ts';
import type { Field } from '../kit/http2/hpack.ts';
import {
  get,
  headersFrame,
  post,
  resetFrame,
  statusOf,
  valueIn,
  windowUpdate,
} from '../kit/http2/http2-wire.ts';
import { fieldOf, valuesOf } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

const grpc: readonly Field[] = [
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
];

test('RFC 9113 8.3.1: a request goes upstream in HTTP/1.1, with Host from :authority and 2.0 in Via', async () => {
  const { upstream, wire } = await setUpHttp2({ '--host-header': 'client' });
  upstream.respond(ok('fine'));
  await wire.headers(
    1,
    get('/a?b=%20c', [
      ['x-one', '1'],
      ['x-one', '2'],
    ]),
  );
  expect(await wire.response(1)).toMatchObject({ status: 200, content: 'fine' });
  const seen = await upstream.nextRequest();
  expect(seen.startLine).toBe('GET /a?b=%20c HTTP/1.1');
  expect(valuesOf(seen, 'host')).toEqual(['a']);
  expect(valuesOf(seen, 'x-one')).toEqual(['1', '2']);
  expect(fieldOf(seen, 'via')).toMatch(/^2\.0 spillway-/);
  expect(fieldOf(seen, 'x-forwarded-proto')).toBe('http');
});

test('RFC 9113 8.3.1: Host alone stands for :authority', async () => {
  const { upstream, wire } = await setUpHttp2({ '--host-header': 'client' });
  upstream.respond(ok());
  const fields = get('/', [['host', 'b:1']]).filter(([name]) => name !== ':authority');
  await wire.headers(1, fields);
  expect((await wire.response(1)).status).toBe(200);
  expect(valuesOf(await upstream.nextRequest(), 'host')).toEqual(['b:1']);
});

test('RFC 9113 8.3.1: the asterisk-form of OPTIONS is kept', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(1, [
    [':method', 'OPTIONS'],
    [':scheme', 'http'],
    [':path', '*'],
    [':authority', 'a'],
  ]);
  expect((await wire.response(1)).status).toBe(200);
  expect((await upstream.nextRequest()).startLine).toBe('OPTIONS * HTTP/1.1');
});

test('RFC 9113 8.2.3: crumbs of Cookie are one line for the upstream', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(
    1,
    get('/', [
      ['cookie', 'a=1'],
      ['x', 'y'],
      ['cookie', 'b=2'],
      ['cookie', 'c=3'],
    ]),
  );
  await wire.response(1);
  const seen = await upstream.nextRequest();
  expect(valuesOf(seen, 'cookie')).toEqual(['a=1; b=2; c=3']);
});

test('RFC 9113 8.1.1: content of a declared length keeps it, other content goes in chunks', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(1, post('/', [['content-length', '5']]), false);
  await wire.data(1, 'hello');
  await wire.response(1);
  const declared = await upstream.nextRequest();
  expect(declared).toMatchObject({ framing: 'length', body: Buffer.from('hello') });
  await wire.headers(3, post(), false);
  await wire.data(3, 'hel', false);
  await wire.data(3, 'lo');
  await wire.response(3);
  expect(await upstream.nextRequest()).toMatchObject({
    framing: 'chunked',
    body: Buffer.from('hello'),
  });
});

test('RFC 9113 8.1: trailers of a request go upstream behind its chunks', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(1, post('/', [['trailer', 'x-sum']]), false);
  await wire.data(1, 'hello', false);
  await wire.headers(1, [['x-sum', '42']]);
  await wire.response(1);
  const seen = await upstream.nextRequest();
  expect(fieldOf(seen, 'trailer')).toBe('x-sum');
  expect(seen.trailers).toEqual([['x-sum', '42']]);
});

test('RFC 9113 8.1: trailers of a response end its stream', async () => {
  const { upstream, wire } = await setUpHttp2();
  const fields = ['Transfer-Encoding: chunked', 'Trailer: X-Sum'];
  upstream.respond(
    response('200 OK', fields, chunked('content', 3, ['X-Sum: 42', 'Connection: x'])),
  );
  await wire.headers(1, get());
  const seen = await wire.response(1);
  expect(seen.content).toBe('content');
  expect(valueIn(seen.fields, 'trailer')).toBe('X-Sum');
  expect(seen.trailers).toEqual([['x-sum', '42']]);
});

test('RFC 9113 8.2: a response has lower-case names and nothing of its HTTP/1.1 connection', async () => {
  const { upstream, wire } = await setUpHttp2();
  const fields = [
    'Connection: keep-alive, X-Gone',
    'Keep-Alive: timeout=9',
    'X-Gone: 1',
    'X-Kept: \xe9',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'Transfer-Encoding: chunked',
    'HTTP2-Settings: x',
  ];
  upstream.respond(response('200 Fine By Me', fields, chunked('x')));
  await wire.headers(1, get());
  const seen = await wire.response(1);
  const names = seen.fields.map(([name]) => name).filter((name) => name !== 'x-request-id');
  expect(names.sort()).toEqual([':status', 'date', 'set-cookie', 'set-cookie', 'via', 'x-kept']);
  expect(valueIn(seen.fields, 'x-kept')).toBe('\xe9');
});

test.each([
  ['HEAD', '200 OK', ['Content-Length: 5'], '5'],
  ['GET', '304 Not Modified', ['Content-Length: 5'], '5'],
  ['GET', '204 No Content', [], undefined],
])(
  'RFC 9113 8.1: the response to %s with %s is its HEADERS alone',
  async (method, status, fields, length) => {
    const { upstream, wire } = await setUpHttp2();
    upstream.respond(response(status, fields));
    await wire.headers(1, [[':method', method], ...get().slice(1)]);
    const seen = await wire.response(1);
    expect(seen.status).toBe(Number(status.slice(0, 3)));
    expect(valueIn(seen.fields, 'content-length')).toBe(length);
    expect(wire.has('data')).toBe(false);
  },
);

test('RFC 9113 8.1: an interim response comes before the final one', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(response('103 Early Hints', ['Link: </a>']) + ok('x'));
  await wire.headers(1, get());
  expect((await wire.response(1)).status).toBe(200);
  const [interim = []] = wire.stream(1).blocks;
  expect(interim).toEqual([
    [':status', '103'],
    ['link', '</a>'],
  ]);
});

test('RFC 9110 10.1.1: 100 (Continue) is withheld until the request has its permit', async () => {
  const { upstream, wire, proxy } = await setUpHttp2({ '--max-concurrent-requests': 1 });
  await wire.headers(1, get('/first'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await wire.headers(
    3,
    post('/second', [
      ['expect', '100-continue'],
      ['content-length', '2'],
    ]),
    false,
  );
  await proxy.queued(1);
  await wire.alive();
  expect(wire.stream(3).blocks).toEqual([]);
  await connection.send(ok());
  await wire.response(1);
  await wire.sees(() => wire.stream(3).blocks.length === 1, '100');
  expect(statusOf(wire.stream(3).blocks[0] as Field[])).toBe(100);
  await wire.data(3, 'ab');
  expect((await connection.readRequest()).body.toString()).toBe('ab');
  await connection.send(ok('done'));
  expect((await wire.response(3)).content).toBe('done');
});

test('RFC 9113 5.4.2: a reset cancels the attempt, and its connection goes on', async () => {
  const { upstream, wire, proxy } = await setUpHttp2();
  await wire.headers(1, get('/long'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await wire.send(resetFrame(1));
  await connection.closed();
  const { outcome, status, detail } = await proxy.finished();
  expect({ outcome, status, detail }).toEqual({
    outcome: 'client_gone',
    status: 499,
    detail: 'the client cancelled the request',
  });
  await wire.alive();
});

test('RFC 9113 5.4.2: a reset gives up the place in the queue', async () => {
  const { upstream, wire, proxy } = await setUpHttp2({ '--max-concurrent-requests': 1 });
  await wire.headers(1, get('/first'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await wire.headers(3, get('/second'));
  await proxy.queued(1);
  await wire.send(resetFrame(3));
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  await proxy.queued(0);
  await connection.send(ok());
  await wire.response(1);
});

test('RFC 9113 5.1: a slow response holds none of the other streams', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(({ target }) => (target === '/slow' ? undefined : ok(target)));
  await wire.send(
    headersFrame(1, get('/slow')),
    headersFrame(3, get('/b')),
    headersFrame(5, get('/c')),
  );
  expect((await wire.response(5)).content).toBe('/c');
  expect((await wire.response(3)).content).toBe('/b');
  expect(wire.stream(1).ended).toBe(false);
});

test('RFC 9113 8.1: a response that breaks off is reset, and never ends', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(response('200 OK', ['Content-Length: 10'], 'abc'));
  await wire.headers(1, get());
  await wire.sees(() => wire.stream(1).content.toString() === 'abc', 'content');
  upstream.connections[0]?.reset();
  expect(await wire.reset(1)).toBe('INTERNAL_ERROR');
  expect(wire.stream(1).ended).toBe(false);
  await wire.alive();
});

test('RFC 9113 8.1: a response that comes before the whole request ends it without an error', async () => {
  const { wire, proxy } = await setUpHttp2({ '--max-body-size': 10 });
  await wire.headers(1, post('/', [['content-length', '1000']]), false);
  await wire.data(1, 'abc', false);
  expect((await wire.response(1)).status).toBe(413);
  expect(await wire.reset(1)).toBe('NO_ERROR');
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_error' });
  await wire.alive();
});

test('RFC 9113 5.2: a client without a window holds back its upstream, and gets every byte later', async () => {
  const size = 3_000_000;
  const { upstream, wire } = await setUpHttp2({ '--response-buffer': '64KiB' }, [
    [settingIds.initialWindowSize, 0],
  ]);
  const body = Buffer.alloc(size, 'spillway');
  await wire.headers(1, get());
  const connection = await upstream.accept();
  await connection.readRequest();
  let written = false;
  void connection.send(ok(body.toString('latin1'))).then(() => {
    written = true;
  });
  await wire.sees(() => wire.stream(1).blocks.length === 1, 'HEADERS');
  await wire.alive();
  expect(wire.stream(1).content).toHaveLength(0);
  await wire.send(windowUpdate(0, 2 * size), windowUpdate(1, 2 * size));
  await wire.response(1);
  expect(written).toBe(true);
  expect(wire.stream(1).content.equals(body)).toBe(true);
});

test('RFC 9113 5.2: the window of a stream stays shut while its upstream takes nothing', async () => {
  const { upstream, wire } = await setUpHttp2();
  await wire.headers(1, post(), false);
  const connection = await upstream.accept();
  connection.socket.pause();
  const granted = () =>
    wire.frames
      .filter(({ type, streamId }) => type === 'windowUpdate' && streamId === 1)
      .reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
  let sent = 0;
  // What buffers there are fill up at some time: then nothing more is granted.
  for (let still = 0; still < 20; ) {
    if (65_535 + granted() - sent >= 16_384) {
      await wire.data(1, Buffer.alloc(16_384), false);
      sent += 16_384;
      still = 0;
    } else {
      await wire.alive();
      still += 1;
    }
  }
  expect(sent).toBeLessThan(32 * 1024 * 1024);
  connection.socket.resume();
  await eventually(() => expect(65_535 + granted()).toBeGreaterThanOrEqual(sent + 16_384));
  await wire.send(resetFrame(1));
});

test('RFC 9113 10.5: a stream that takes nothing ends after --client-body-timeout, and no other', async () => {
  const { upstream, wire, proxy } = await setUpHttp2({ '--client-body-timeout': '200ms' }, [
    [settingIds.initialWindowSize, 100],
  ]);
  upstream.respond(({ target }) => ok(target === '/big' ? 'x'.repeat(1000) : 'small'));
  await wire.headers(1, get('/big'));
  expect(await wire.reset(1)).toBe('CANCEL');
  expect(await proxy.finished()).toMatchObject({
    outcome: 'client_error',
    detail: 'the client stopped reading (--client-body-timeout)',
  });
  await wire.headers(3, get('/small'));
  expect((await wire.response(3)).content).toBe('small');
});

test('gRPC: a full queue is RESOURCE_EXHAUSTED, without content and with the time to stay away', async () => {
  const { upstream, wire, proxy } = await setUpHttp2({
    '--max-concurrent-requests': 1,
    '--max-queue-size': 0,
  });
  await wire.headers(1, get('/first'));
  const connection = await upstream.accept();
  await connection.readRequest();
  await wire.headers(3, post('/pkg.Service/Call', grpc), false);
  const seen = await wire.response(3);
  expect(Object.fromEntries(seen.fields)).toMatchObject({
    ':status': '200',
    'content-type': 'application/grpc',
    'grpc-status': '8',
    'grpc-message': 'Queue is full',
    'grpc-retry-pushback-ms': expect.stringMatching(/^\d+000$/),
    'proxy-status': expect.stringContaining('queue_full'),
  });
  expect(seen.content).toBe('');
  expect(await proxy.finished()).toMatchObject({ outcome: 'queue_full', status: 200 });
  await connection.send(ok());
  await wire.response(1);
});

test('gRPC: a deadline that passes is DEADLINE_EXCEEDED', async () => {
  const { wire } = await setUpHttp2();
  await wire.headers(1, post('/pkg.Service/Call', [...grpc, ['grpc-timeout', '50m']]));
  expect(valueIn((await wire.response(1)).fields, 'grpc-status')).toBe('4');
});

test('gRPC: a target that refuses connections is UNAVAILABLE, and its detail is escaped', async () => {
  const { upstream, wire } = await setUpHttp2({ '--max-retries': 0 });
  await upstream.close();
  await wire.headers(1, post('/pkg.Service/Call', grpc));
  const { fields } = await wire.response(1);
  expect(valueIn(fields, 'grpc-status')).toBe('14');
  expect(valueIn(fields, 'grpc-message')).toMatch(/^[ -~]+$/);
});

test('gRPC: other clients, and those of gRPC-Web, are told in HTTP', async () => {
  const { upstream, wire } = await setUpHttp2({ '--max-retries': 0 });
  await upstream.close();
  for (const [id, type] of [
    [1, 'application/grpc-web'],
    [3, 'application/json'],
  ] as const) {
    await wire.headers(id, post('/', [['content-type', type]]));
    const { status, fields } = await wire.response(id);
    expect([status, valueIn(fields, 'content-type')]).toEqual([502, 'application/problem+json']);
  }
});

test("The proxy's own paths answer, and count the requests of HTTP/2", async () => {
  const { upstream, wire, proxy } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(1, get());
  await wire.response(1);
  await wire.headers(3, get('/proxy-metrics'));
  const { status, content } = await wire.response(3);
  expect(status).toBe(200);
  expect(JSON.parse(content).process.requests_by_version).toEqual({ '1.0': 0, '1.1': 0, '2': 1 });
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok' });
});

const webSocket = (path = '/chat'): Field[] => [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  ...get(path).slice(1),
  ['sec-websocket-version', '13'],
  ['sec-websocket-protocol', 'chat'],
];

const switching = response('101 Switching Protocols', [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  'Sec-WebSocket-Protocol: chat',
]);

test('RFC 8441: a WebSocket goes upstream as an upgrade, and bytes both ways', async () => {
  const { upstream, wire, proxy } = await setUpHttp2();
  await wire.headers(1, webSocket(), false);
  const connection = await upstream.accept();
  const asked = await connection.readRequest();
  expect(asked.startLine).toBe('GET /chat HTTP/1.1');
  expect(fieldOf(asked, 'upgrade')).toBe('websocket');
  expect(fieldOf(asked, 'connection')?.toLowerCase()).toContain('upgrade');
  expect(fieldOf(asked, 'sec-websocket-key')).toMatch(/^[\w+/]{22}==$/);
  expect(fieldOf(asked, 'sec-websocket-version')).toBe('13');
  await connection.send(`${switching}hello`);
  await wire.sees(() => wire.stream(1).content.toString() === 'hello', 'hello');
  const [head = []] = wire.stream(1).blocks;
  expect(statusOf(head)).toBe(200);
  expect(valueIn(head, 'sec-websocket-protocol')).toBe('chat');
  expect(head.map(([name]) => name)).not.toContain('sec-websocket-accept');
  await wire.data(1, 'there', false);
  expect((await connection.reader.exactly(5, 'there')).toString()).toBe('there');
  await wire.data(1, '');
  connection.end('bye');
  await wire.sees(() => wire.stream(1).ended, 'the end');
  expect(wire.stream(1).content.toString()).toBe('hellobye');
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', status: 101, method: 'GET' });
  await wire.alive();
});

test('RFC 8441: an upgrade that the upstream refuses has its response', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(response('403 Forbidden', ['Content-Length: 2'], 'no'));
  await wire.headers(1, webSocket(), false);
  expect(await wire.response(1)).toMatchObject({ status: 403, content: 'no' });
});

test('RFC 8441: a reset ends the connection upstream', async () => {
  const { upstream, wire } = await setUpHttp2();
  await wire.headers(1, webSocket(), false);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(switching);
  await wire.sees(() => wire.stream(1).blocks.length === 1, 'HEADERS');
  await wire.send(resetFrame(1));
  await connection.closed();
  await wire.alive();
});

test('RFC 8441: no other protocol is tunnelled', async () => {
  const { wire } = await setUpHttp2();
  const fields = webSocket().map(
    ([name, value]): Field => [name, name === ':protocol' ? 'connect-udp' : value],
  );
  await wire.headers(1, fields, false);
  expect((await wire.response(1)).status).toBe(405);
});
