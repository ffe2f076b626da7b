import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { chunked, ok, request, response } from '../kit/cases.ts';
import { setUpHttp2 } from '../kit/http2/cases.ts';
import { flags, frame, preface, settingIds, settingsPayload } from '../kit/http2/frames.ts';
import { encodeFields, type Field } from '../kit/http2/hpack.ts';
import { get, Http2Wire, headersFrame, post, resetFrame } from '../kit/http2/http2-wire.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway } from '../kit/test-gateway.ts';

const settingsFrame = frame('settings', 0, 0);

// Which protocol

test('RFC 9113 3.3: HTTP/1.1 and HTTP/2 share the port', async () => {
  const { upstream, proxy, wire } = await setUpHttp2();
  upstream.respond(ok('fine'));
  const client = await proxy.connect();
  await client.send(request('GET /one'));
  expect((await client.readResponse()).body.toString()).toBe('fine');
  await wire.headers(1, get('/two'));
  expect((await wire.response(1)).content).toBe('fine');
  await client.send(request('GET /three'));
  expect((await client.readResponse()).status).toBe(200);
});

test('RFC 9113 3.4: the preface may come byte by byte', async () => {
  const { upstream, proxy } = await setUpHttp2();
  upstream.respond(ok('fine'));
  const wire = await Http2Wire.dial(proxy.port);
  await wire.raw.sendPieces(...preface, settingsFrame, headersFrame(1, get()));
  expect((await wire.response(1)).content).toBe('fine');
});

test('A request of HTTP/1.1 that begins like the preface may come byte by byte', async () => {
  const { upstream, proxy } = await setUpHttp2();
  upstream.respond(ok('fine'));
  const client = await proxy.connect();
  await client.sendPieces(...request('PUT /', ['Content-Length: 1'], 'x'));
  expect((await client.readResponse('PUT')).body.toString()).toBe('fine');
});

test('A client that says too little to know its protocol is told 408, or 400 where it ends its side', async () => {
  const { proxy } = await setUpHttp2({ '--client-header-timeout': '100ms' });
  const slow = await proxy.connect();
  await slow.send('PRI * HT');
  expect((await slow.readResponse()).status).toBe(408);
  const ended = await proxy.connect();
  await ended.send('P');
  ended.end();
  expect((await ended.readResponse()).status).toBe(400);
  const silent = await proxy.connect();
  await silent.closed();
  expect([await proxy.unreadable(), await proxy.unreadable()].sort()).toEqual([400, 408]);
});

test('Without --h2c nobody speaks HTTP/2 in the clear', async () => {
  const { proxy } = await setUpHttp2();
  const upstream = await RawUpstream.start();
  const other = await startGateway({ '--target': upstream.origin });
  const client = await other.connect();
  await client.send(preface);
  expect((await client.readResponse()).status).toBe(400);
  expect(proxy.config.h2c).toBe(true);
});

test('RFC 9113 3.2: TLS speaks what ALPN chooses', async () => {
  const upstream = await RawUpstream.start();
  upstream.respond(ok('fine'));
  const proxy = await startGateway({ '--target': upstream.origin, '--tls': 'self-signed' });
  const secure = await over(['h2', 'http/1.1'], proxy.port);
  expect(secure.alpnProtocol).toBe('h2');
  const session = connect(`https://localhost:${proxy.port}`, { createConnection: () => secure });
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':path': '/', 'x-a': 'b' });
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
  let content = '';
  for await (const chunk of stream) content += chunk;
  expect(content).toBe('fine');
  const seen = await upstream.nextRequest();
  expect(Object.fromEntries(seen.fields)).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-a': 'b',
  });
  const older = await over(['http/1.1'], proxy.port);
  older.write(request('GET /'));
  expect(String((await once(older, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
});

async function over(protocols: string[], port: number): Promise<TLSSocket> {
  const options = { host: '127.0.0.1', port, ALPNProtocols: protocols, rejectUnauthorized: false };
  const socket = connectTls({ ...options, servername: 'localhost' });
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'secureConnect');
  return socket;
}

// Limits

test('RFC 9113 5.1.2: streams beyond --h2-max-streams are refused, and those before go on', async () => {
  const { upstream, proxy } = await setUpHttp2({ '--h2-max-streams': 2 });
  // It has not acknowledged the SETTINGS yet: it may not know.
  const wire = await Http2Wire.dial(proxy.port);
  await wire.send(preface, settingsFrame);
  await wire.sees(() => wire.has('settings'), 'SETTINGS');
  const settings = wire.frames.find(({ type }) => type === 'settings')?.payload;
  expect(settings?.includes(settingsPayload([[settingIds.maxConcurrentStreams, 2]]))).toBe(true);
  await wire.headers(1, get('/a'));
  await wire.headers(3, get('/b'));
  const first = await upstream.accept();
  const second = await upstream.accept();
  await wire.headers(5, get('/c'));
  expect(await wire.reset(5)).toBe('REFUSED_STREAM');
  for (const connection of [first, second]) {
    await connection.readRequest();
    await connection.send(ok());
  }
  await wire.response(1);
  await wire.response(3);
  await wire.headers(7, get('/d'));
  const { target } = await first.readRequest().catch(() => second.readRequest());
  expect(target).toBe('/d');
  await wire.send(resetFrame(7));
});

test('RFC 9113 10.5.1: a field section beyond --max-header-size ends its stream, and no other', async () => {
  const { upstream, wire } = await setUpHttp2({ '--max-header-size': '2KiB' });
  upstream.respond(ok('fine'));
  await wire.headers(1, get('/', [['x', 'y'.repeat(3000)]]));
  expect(await wire.reset(1)).toBe('ENHANCE_YOUR_CALM');
  const many = Array.from({ length: 100 }, (_, i): Field => [`x${i}`, '1']);
  await wire.headers(3, get('/', many));
  expect(await wire.reset(3)).toBe('ENHANCE_YOUR_CALM');
  await wire.headers(5, get());
  expect((await wire.response(5)).content).toBe('fine');
});

test('More than 128 fields pass, as in HTTP/1.1', async () => {
  const { upstream, wire } = await setUpHttp2();
  upstream.respond(ok());
  await wire.headers(
    1,
    get(
      '/',
      Array.from({ length: 200 }, (_, i): Field => [`x${i}`, '1']),
    ),
  );
  expect((await wire.response(1)).status).toBe(200);
  expect((await upstream.nextRequest()).fields.filter(([, value]) => value === '1')).toHaveLength(
    200,
  );
});

test('RFC 9113 5.1.2: a client that knows the limit and goes beyond it breaks the protocol', async () => {
  const { wire } = await setUpHttp2({ '--h2-max-streams': 1 });
  await wire.alive();
  await wire.send(headersFrame(1, get()), headersFrame(3, get()));
  expect(await wire.ended()).toBe('PROTOCOL_ERROR');
});

test('RFC 9113 6.8: a connection ends behind --max-requests-per-connection', async () => {
  const { upstream, wire } = await setUpHttp2({ '--max-requests-per-connection': 2 });
  upstream.respond(ok('fine'));
  await wire.headers(1, get());
  await wire.response(1);
  await wire.headers(3, get());
  expect((await wire.response(3)).content).toBe('fine');
  expect(await wire.ended()).toBe('NO_ERROR');
  expect(wire.goaway?.lastStreamId).toBe(3);
});

// Floods

test('RFC 9113 10.5: a client that opens and resets streams without end is sent away', async () => {
  const { proxy, wire } = await setUpHttp2();
  for (let id = 1; id < 200_000 && wire.goaway === null; id += 20) {
    const ids = Array.from({ length: 10 }, (_, i) => id + 2 * i);
    await wire
      .send(...ids.flatMap((one) => [headersFrame(one, get()), resetFrame(one)]))
      .catch(() => {});
  }
  expect(await wire.ended()).toBe('ENHANCE_YOUR_CALM');
  expect(await proxy.unreadable()).toBe(400);
});

test('RFC 9113 10.5: resets of responses that have begun are no flood', async () => {
  const { upstream, wire } = await setUpHttp2({ '--h2-max-streams': 1 });
  upstream.respond(response('200 OK', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'));
  for (let id = 1; id < 20; id += 2) {
    await wire.alive();
    await wire.headers(id, get());
    await wire.sees(() => wire.stream(id).content.length === 3, 'content');
    await wire.send(resetFrame(id));
  }
  await wire.alive();
});

test.each([
  ['PING', frame('ping', 0, 0, '12345678'), 3000],
  ['SETTINGS', settingsFrame, 300],
])('RFC 9113 10.5: a flood of %s ends the connection', async (_name, bytes, count) => {
  const { wire } = await setUpHttp2();
  await wire.send(...Array.from({ length: count }, () => bytes));
  expect(await wire.ended()).toBe('ENHANCE_YOUR_CALM');
});

test('RFC 9113 10.5: a field block of endless CONTINUATION ends the connection', async () => {
  const { wire } = await setUpHttp2();
  await wire.send(frame('headers', flags.endStream, 1, encodeFields(get())));
  const more = frame('continuation', 0, 1, encodeFields([['x', 'y'.repeat(100)]]));
  await wire.send(...Array.from({ length: 1000 }, () => more)).catch(() => {});
  expect(await wire.ended()).not.toBe('NO_ERROR');
});

// Ends

test('RFC 9113 9.1: a connection without streams ends after --client-idle-timeout, with GOAWAY', async () => {
  const { wire } = await setUpHttp2({ '--client-idle-timeout': '100ms' });
  expect(await wire.ended()).toBe('NO_ERROR');
});

test('RFC 9113 9.1: one with a stream does not', async () => {
  const { upstream, wire } = await setUpHttp2({ '--client-idle-timeout': '50ms' });
  await wire.headers(1, get());
  const connection = await upstream.accept();
  await connection.readRequest();
  const before = performance.now();
  while (performance.now() - before < 200) await wire.alive();
  await connection.send(ok('late'));
  expect((await wire.response(1)).content).toBe('late');
  expect(await wire.ended()).toBe('NO_ERROR');
});

test.each(['end', 'reset', 'destroy'] as const)(
  'A client that leaves by %s cancels its requests',
  async (how) => {
    const { upstream, proxy, wire } = await setUpHttp2();
    await wire.headers(1, get());
    await wire.headers(3, post(), false);
    const first = await upstream.accept();
    const second = await upstream.accept();
    wire.raw[how]();
    await first.closed();
    await second.closed();
    for (let i = 0; i < 2; i++)
      expect(await proxy.finished()).toMatchObject({ outcome: 'client_gone' });
  },
);

test('RFC 9113 6.8: GOAWAY of a client lets its streams end', async () => {
  const { upstream, wire } = await setUpHttp2();
  await wire.headers(1, get());
  const connection = await upstream.accept();
  await connection.readRequest();
  await wire.send(frame('goaway', 0, 0, Buffer.alloc(8)));
  await connection.send(ok('fine'));
  expect((await wire.response(1)).content).toBe('fine');
  expect(await wire.ended()).toBe('NO_ERROR');
});

test('RFC 9113 6.8: a drain serves what was opened before the client knew, and ends behind the last stream', async () => {
  const { upstream, proxy, wire } = await setUpHttp2();
  wire.answersPings = false;
  await wire.headers(1, get('/before'));
  const first = await upstream.accept();
  await first.readRequest();
  const drained = proxy.running.drain();
  await wire.sees(() => wire.goaway !== null, 'GOAWAY');
  expect(wire.goaway).toEqual({ code: 'NO_ERROR', lastStreamId: 2 ** 31 - 1 });
  await wire.headers(3, get('/meanwhile'));
  const ping = () => wire.frames.find(({ type }) => type === 'ping');
  await wire.sees(() => ping() !== undefined, 'PING');
  const second = await upstream.accept();
  expect((await second.readRequest()).target).toBe('/meanwhile');
  await wire.send(frame('ping', flags.ack, 0, ping()?.payload));
  await wire.sees(() => wire.goaway?.lastStreamId === 3, 'the last GOAWAY');
  await first.send(ok('one'));
  await second.send(response('200 OK', ['Transfer-Encoding: chunked'], chunked('two')));
  expect((await wire.response(1)).content).toBe('one');
  expect((await wire.response(3)).content).toBe('two');
  expect(await drained).toEqual({ cut: 0 });
  expect(await wire.ended()).toBe('NO_ERROR');
});

test('A library that keeps a connection loses no request to a drain', async () => {
  const { upstream, proxy } = await setUpHttp2();
  upstream.respond(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    return ok('fine');
  });
  const session = connect(`http://127.0.0.1:${proxy.port}`);
  onTestFinished(() => session.destroy());
  const seen = { served: 0, refused: 0, lost: 0 };
  const asked: Promise<void>[] = [];
  let drained: Promise<unknown> | null = null;
  while (!session.closed && !session.destroyed && asked.length < 5000) {
    asked.push(ask());
    if (asked.length === 50) drained = proxy.running.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(asked);
  await drained;
  expect(seen.served).toBeGreaterThan(40);
  expect(seen.lost).toBe(0);

  async function ask(): Promise<void> {
    const stream = session.request({ ':path': '/' });
    try {
      const [headers] = await once(stream, 'response');
      stream.resume();
      await once(stream, 'close');
      if (headers[':status'] === 200 && stream.rstCode === 0) seen.served += 1;
      else seen.lost += 1;
    } catch {
      // Told so: it may send it elsewhere.
      if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) seen.refused += 1;
      else seen.lost += 1;
    }
  }
});
