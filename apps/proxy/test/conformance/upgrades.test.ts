import { expect, test } from 'vitest';
import {
  breakerFailures,
  type Case,
  ok,
  request,
  response,
  setUp,
  setUpBusy,
} from '../kit/cases.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import { fieldOf, ourVia, valuesOf } from '../kit/raw-message.ts';
import type { UpstreamConnection } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';

const handshake = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: chat, superchat',
];
const ask = request('GET /chat', handshake);
const switching = response('101 Switching Protocols', [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  'Sec-WebSocket-Protocol: chat',
]);

/** A tunnel that stands. */
async function open(flags: Flags = {}): Promise<Case & { connection: UpstreamConnection }> {
  const running = await setUp(flags);
  await running.client.send(ask);
  const connection = await running.upstream.accept();
  await connection.readRequest();
  await connection.send(switching);
  expect((await running.client.readResponse()).status).toBe(101);
  return { ...running, connection };
}

/** Ends both sides in order; the test is about something else. */
async function hangUp(
  { proxy, client }: Pick<Case, 'proxy' | 'client'>,
  connection: UpstreamConnection,
): Promise<void> {
  client.end();
  connection.end();
  await client.closed();
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', status: 101 });
}

test('RFC 9110 7.8: the wish to upgrade reaches the upstream with all its fields', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask);
  const connection = await upstream.accept();
  const seen = await connection.readRequest();
  expect(valuesOf(seen, 'upgrade')).toEqual(['websocket']);
  expect(valuesOf(seen, 'connection').map((value) => value.toLowerCase())).toEqual(['upgrade']);
  expect(valuesOf(seen, 'sec-websocket-key')).toEqual(['dGhlIHNhbXBsZSBub25jZQ==']);
  expect(valuesOf(seen, 'sec-websocket-protocol')).toEqual(['chat, superchat']);
  expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1']);
  expect(valuesOf(seen, 'via')).toEqual([expect.stringMatching(ourVia)]);
  await connection.send(switching);
  const answer = await client.readResponse();
  expect(answer.status).toBe(101);
  expect(valuesOf(answer, 'upgrade')).toEqual(['websocket']);
  expect(fieldOf(answer, 'connection')?.toLowerCase()).toBe('upgrade');
  expect(valuesOf(answer, 'sec-websocket-accept')).toEqual(['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=']);
  expect(valuesOf(answer, 'via')).toEqual([expect.stringMatching(ourVia)]);
  expect(valuesOf(answer, 'content-length')).toEqual([]);
  await hangUp({ proxy, client }, connection);
});

test('RFC 9110 7.8: Connection: keep-alive, Upgrade, as Firefox sends it, upgrades', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask.replace('Connection: Upgrade', 'Connection: keep-alive, Upgrade'));
  const connection = await upstream.accept();
  expect(valuesOf(await connection.readRequest(), 'upgrade')).toEqual(['websocket']);
  await connection.send(switching);
  expect((await client.readResponse()).status).toBe(101);
  await hangUp({ proxy, client }, connection);
});

test('RFC 6455 5: bytes go both ways, any of them and in order', async () => {
  const tunnel = await open();
  const { client, connection } = tunnel;
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await client.send(all);
  expect((await connection.reader.exactly(256, 'bytes up')).equals(all)).toBe(true);
  await connection.send(all);
  expect((await client.reader.exactly(256, 'bytes down')).equals(all)).toBe(true);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await connection.reader.until('\r\n\r\n', 'bytes up')).toString()).toContain('GET /');
  expect(tunnel.proxy.instance.metrics.total).toBe(1);
  await hangUp(tunnel, tunnel.connection);
});

test('RFC 6455 5: a megabyte goes both ways at once', async () => {
  const tunnel = await open();
  const big = Buffer.alloc(1 << 20, 'tunnel ');
  tunnel.client.send(big);
  tunnel.connection.send(big);
  const [up, down] = await Promise.all([
    tunnel.connection.reader.exactly(big.length, 'bytes up'),
    tunnel.client.reader.exactly(big.length, 'bytes down'),
  ]);
  expect(up.equals(big) && down.equals(big)).toBe(true);
  await hangUp(tunnel, tunnel.connection);
});

test('RFC 9110 7.8: bytes sent with the handshake arrive behind it', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(`${ask}early`);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(switching);
  expect((await connection.reader.exactly(5, 'early bytes')).toString()).toBe('early');
  expect((await client.readResponse()).status).toBe(101);
  await hangUp({ proxy, client }, connection);
});

test('RFC 9110 7.8: bytes sent after the handshake and before its answer arrive', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask);
  const connection = await upstream.accept();
  await connection.readRequest();
  await client.send('early');
  await connection.send(switching);
  expect((await client.readResponse()).status).toBe(101);
  expect((await connection.reader.exactly(5, 'early bytes')).toString()).toBe('early');
  await hangUp({ proxy, client }, connection);
});

test('RFC 9110 7.8: bytes that come in one packet with the 101 arrive behind it', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(`${switching}first frame`);
  expect((await client.readResponse()).status).toBe(101);
  expect((await client.reader.exactly(11, 'the first frame')).toString()).toBe('first frame');
  await hangUp({ proxy, client }, connection);
});

test('RFC 9112 9.8: a client may end its side and go on listening', async () => {
  const { proxy, client, connection } = await open();
  await client.send('last words');
  client.end();
  expect((await connection.reader.toEnd('the end')).toString()).toBe('last words');
  expect(connection.reader.ending).toBe('fin');
  await connection.send('an answer');
  expect((await client.reader.exactly(9, 'an answer')).toString()).toBe('an answer');
  connection.end();
  expect(await client.closed()).toBe('fin');
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok' });
});

test('RFC 9112 9.8: an upstream may end its side and go on listening', async () => {
  const { proxy, client, connection } = await open();
  connection.end('last words');
  expect((await client.reader.toEnd('the end')).toString()).toBe('last words');
  await client.send('an answer');
  expect((await connection.reader.exactly(9, 'an answer')).toString()).toBe('an answer');
  client.end();
  expect(await connection.closed()).toBe('fin');
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok' });
});

test('RFC 9110 7.8: a client that resets the tunnel takes the upstream side with it', async () => {
  const { proxy, client, connection } = await open();
  client.reset();
  await connection.closed();
  await proxy.finished();
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9110 7.8: an upstream that resets the tunnel takes the client side with it', async () => {
  const { proxy, client, connection } = await open();
  connection.reset();
  await client.closed();
  await proxy.finished();
});

test('RFC 9110 7.8: a tunnel holds its permit until it ends', async () => {
  const tunnel = await open({ '--max-concurrent-requests': 1 });
  const { proxy, upstream } = tunnel;
  const other = await proxy.connect();
  await other.send(request('GET /after'));
  await proxy.queued(1);
  await hangUp(tunnel, tunnel.connection);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(ok());
  expect((await other.readResponse()).status).toBe(200);
});

test('RFC 9110 7.8: a silent tunnel is closed after --tunnel-idle-timeout', async () => {
  const { proxy, client, connection } = await open({ '--tunnel-idle-timeout': '100ms' });
  await client.closed();
  await connection.closed();
  expect((await proxy.finished()).detail).toContain('--tunnel-idle-timeout');
});

test('RFC 9110 7.8: bytes either way keep a tunnel open, beyond the read timeout too', async () => {
  const tunnel = await open({ '--tunnel-idle-timeout': '200ms', '--read-timeout': '50ms' });
  for (let i = 0; i < 6; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await tunnel.connection.send('x');
    expect((await tunnel.client.reader.exactly(1, 'a byte')).toString()).toBe('x');
  }
  await hangUp(tunnel, tunnel.connection);
});

test.each([
  ['200 OK', 'no upgrade here'],
  ['403 Forbidden', 'no'],
  ['426 Upgrade Required', 'other version'],
  ['400 Bad Request', ''],
])('RFC 9110 7.8: an upstream that answers %s instead is relayed', async (line, body) => {
  const { upstream, proxy, client } = await setUp();
  upstream.respond(response(line, [`Content-Length: ${body.length}`, 'X-A: b'], body));
  await client.send(ask);
  const seen = await client.readResponse();
  expect(`${seen.status} ${seen.reason}`).toBe(line);
  expect(seen.body.toString()).toBe(body);
  expect(fieldOf(seen, 'x-a')).toBe('b');
  expect(await client.closed()).toBe('fin');
  expect((await proxy.finished()).status).toBe(seen.status);
});

test('RFC 9110 7.8: a refused upgrade with a chunked body is relayed whole', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(response('403 No', ['Transfer-Encoding: chunked'], '4\r\nnope\r\n0\r\n\r\n'));
  await client.send(ask);
  expect((await client.readResponse()).body.toString()).toBe('nope');
});

test.each(['h2c', 'H2C', 'websocket, h2c'])(
  'RFC 9113 3.1: Upgrade: %s is never offered to the upstream',
  async (protocol) => {
    const { upstream, client } = await setUp();
    upstream.respond(ok('plain'));
    const fields = [
      `Upgrade: ${protocol}`,
      'Connection: Upgrade, HTTP2-Settings',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ];
    await client.send(request('GET /', fields));
    const seen = await upstream.nextRequest();
    expect(valuesOf(seen, 'upgrade')).toEqual([]);
    expect(valuesOf(seen, 'http2-settings')).toEqual([]);
    expect(valuesOf(seen, 'connection')).toEqual(['keep-alive']);
    expect((await client.readResponse()).body.toString()).toBe('plain');
  },
);

test.each([
  ['docker attach', 'tcp', []],
  ['docker attach with a length', 'tcp', ['Content-Length: 0']],
  [
    'kubectl attach',
    'SPDY/3.1',
    ['Content-Length: 0', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
  ],
])('RFC 9110 7.8: a POST without content upgrades: %s', async (_what, protocol, more) => {
  const { upstream, proxy, client } = await setUp();
  const fields = ['Connection: Upgrade', `Upgrade: ${protocol}`, ...more];
  await client.send(request('POST /containers/a/attach?stream=1', fields));
  const connection = await upstream.accept();
  const seen = await connection.readRequest();
  expect([seen.method, ...valuesOf(seen, 'upgrade')]).toEqual(['POST', protocol]);
  expect(seen.body).toHaveLength(0);
  const head = ['Connection: Upgrade', `Upgrade: ${protocol}`];
  await connection.send(response('101 UPGRADED', head));
  expect((await client.readResponse('POST')).status).toBe(101);
  await client.send('up');
  expect((await connection.reader.exactly(2, 'bytes up')).toString()).toBe('up');
  await connection.send('down');
  expect((await client.reader.exactly(4, 'bytes down')).toString()).toBe('down');
  await hangUp({ proxy, client }, connection);
});

test('RFC 9110 7.8: a POST without content whose upgrade is ignored gets its response', async () => {
  const { upstream, client } = await setUp();
  upstream.respond(ok('plain'));
  await client.send(request('POST /', ['Connection: Upgrade', 'Upgrade: tcp']));
  expect((await client.readResponse('POST')).body.toString()).toBe('plain');
  await client.closed();
});

const ignored: [what: string, bytes: string, body: string][] = [
  ['without Connection: upgrade', request('GET /', ['Upgrade: websocket']), ''],
  ['of an HTTP/1.0 client', ask.replace('HTTP/1.1', 'HTTP/1.0'), ''],
  ['of a POST with content', request('POST /', [...handshake, 'Content-Length: 2'], 'hi'), 'hi'],
  ['with content', request('GET /', [...handshake, 'Content-Length: 2'], 'hi'), 'hi'],
];

test.each(ignored)('RFC 9110 7.8: the wish to upgrade %s is ignored', async (...row) => {
  const [, bytes, body] = row;
  const { upstream, client } = await setUp();
  upstream.respond(ok('plain'));
  await client.send(bytes);
  const seen = await upstream.nextRequest();
  expect(valuesOf(seen, 'upgrade')).toEqual([]);
  expect(seen.body.toString()).toBe(body);
  expect((await client.readResponse()).body.toString()).toBe('plain');
});

test('RFC 9110 7.8: an upgrade waits in the queue like any other request', async () => {
  const { upstream, proxy, client, first, connection } = await setUpBusy();
  await client.send(`${ask}early`);
  await proxy.queued(1);
  await client.send(' and late');
  await connection.send(ok());
  expect((await first.readResponse()).status).toBe(200);

  const tunnel = await eventuallyRequested(connection, upstream.accept());
  await tunnel.send(switching);
  expect((await client.readResponse()).status).toBe(101);
  expect((await tunnel.reader.exactly(14, 'early and late')).toString()).toBe('early and late');
  await tunnel.send('down');
  expect((await client.reader.exactly(4, 'bytes down')).toString()).toBe('down');
  expect(await proxy.finished()).toMatchObject({ outcome: 'ok', status: 200 });
  await hangUp({ proxy, client }, tunnel);
});

/** The connection that the next request comes on: the idle one, or a new one. */
function eventuallyRequested(
  idle: UpstreamConnection,
  accepted: Promise<UpstreamConnection>,
): Promise<UpstreamConnection> {
  const onIdle = idle.readRequest().then(() => idle);
  const onNew = accepted.then(async (connection) => {
    await connection.readRequest();
    return connection;
  });
  onNew.catch(() => {});
  onIdle.catch(() => {});
  return Promise.race([onIdle, onNew]);
}

test('RFC 9110 7.8: a client that leaves while its upgrade is queued frees its place', async () => {
  const { proxy, client } = await setUpBusy();
  await client.send(ask);
  await proxy.queued(1);
  client.reset();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone', attempts: 0 });
});

test('RFC 9110 7.8: a client that leaves before the 101 ends it upstream', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask);
  const connection = await upstream.accept();
  await connection.readRequest();
  client.destroy();
  await connection.closed();
  expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  expect(breakerFailures(proxy)).toBe(0);
});

test('RFC 9110 7.8: an upgrade that finds the queue full is refused and closed', async () => {
  const { client } = await setUpBusy({ '--max-queue-size': 0 });
  await client.send(ask);
  const seen = await client.readResponse();
  expect(seen.status).toBe(503);
  expect(fieldOf(seen, 'connection')).toBe('close');
  expect(await client.closed()).toBe('fin');
});

test('RFC 9110 7.8: an upgrade that no upstream answers is told so and closed', async () => {
  const { client } = await setUp({ '--target': 'http://127.0.0.1:1', '--max-retries': 0 });
  await client.send(ask);
  expect((await client.readResponse()).status).toBe(502);
  expect(await client.closed()).toBe('fin');
});

test('RFC 9110 7.8: silence after the handshake is a read timeout', async () => {
  const { client } = await setUp({ '--read-timeout': '100ms' });
  await client.send(ask);
  expect((await client.readResponse()).status).toBe(504);
});

test('RFC 9110 7.6.1: what the 101 names in Connection is removed', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(ask);
  const connection = await upstream.accept();
  await connection.readRequest();
  await connection.send(
    switching.replace('Connection: Upgrade', 'Connection: Upgrade, X-Foo\r\nX-Foo: secret'),
  );
  const seen = await client.readResponse();
  expect(seen.status).toBe(101);
  expect(valuesOf(seen, 'x-foo')).toEqual([]);
  await eventually(() => expect(client.reader.unread).toHaveLength(0));
  await hangUp({ proxy, client }, connection);
});
