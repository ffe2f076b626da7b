import { createHash } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns';
import type { Socket } from 'node:net';
import { TimerWheel } from '@spillway/core';
import { expect, onTestFinished, test } from 'vitest';
import type {
  BodySink,
  BodySource,
  OutgoingRequest,
  ResponseController,
  ResponseHandler,
} from '../../src/service/upstream/connection.ts';
import { LeanConnection } from '../../src/service/upstream/http1/lean-connection.ts';
import { Resolver } from '../../src/service/upstream/resolver.ts';
import { systemTime } from '../../src/system/system-time.ts';
import { ok, response } from '../kit/cases.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';

const MiB = 1024 * 1024;

/** A connection to an upstream that the test plays, and how often it was gone while idle. */
async function setUp(idleTimeoutMs = 10_000) {
  const upstream = await RawUpstream.start();
  const wheel = new TimerWheel(systemTime);
  const hostname = '127.0.0.1';
  const lookups = { lookup: systemLookup, refreshMs: 1000, patienceMs: 1000, wheel };
  const addresses = new Resolver(lookups as never).addressesOf(hostname);
  const gone: LeanConnection[] = [];
  const connection = new LeanConnection(
    {
      ...{ hostname, port: upstream.port, addresses, tls: null },
      ...{ timeoutMs: 5000, maxHeaderBytes: 16 * 1024, engine: 'lean' },
    },
    idleTimeoutMs,
    wheel,
    { onDisconnect: () => gone.push(connection) },
  );
  onTestFinished(() => connection.destroy(new Error('the test is over')));
  return { upstream, connection, gone };
}

const get = (path = '/', more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  ...{ method: 'GET', path, headers: ['host', 'a'], body: null, upgrade: null },
  ...more,
});

/** Notes all that is told of one request; `ended` resolves with the last of it. */
class Told implements ResponseHandler {
  readonly events: string[] = [];
  body = '';
  controller: ResponseController | null = null;
  socket: Socket | null = null;
  readonly ended: Promise<string>;
  #end: (how: string) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  onRequestStart(controller: ResponseController): void {
    this.controller = controller;
    this.events.push('start');
  }

  onRequestSent(): void {
    this.events.push('sent');
  }

  onResponseStart(_controller: ResponseController, status: number, reason: string): void {
    this.events.push(`${status} ${reason}`);
  }

  onResponseData(_controller: ResponseController, chunk: Buffer): void {
    this.body += chunk.toString('latin1');
  }

  onResponseEnd(): void {
    this.#over('end');
  }

  onResponseError(_controller: ResponseController | null, error: Error): void {
    this.#over(`error ${(error as { code?: string }).code ?? error.message}`);
  }

  onRequestUpgrade(_controller: ResponseController, status: number, socket: Socket): void {
    this.socket = socket;
    this.#over(`upgrade ${status}`);
  }

  #over(how: string): void {
    this.events.push(how);
    this.#end(how);
  }
}

function send(connection: LeanConnection, request: OutgoingRequest, told = new Told()): Told {
  connection.dispatch(request, told);
  return told;
}

test('Requests follow each other on one socket, HEAD among them', async () => {
  const { upstream, connection } = await setUp();
  upstream.respond(({ method }) => (method === 'HEAD' ? response('200 OK') : ok('hello')));
  for (const method of ['GET', 'HEAD', 'POST', 'GET']) {
    const told = send(connection, get('/', { method }));
    expect(await told.ended).toBe('end');
    expect(told.events).toEqual(['start', 'sent', '200 OK', 'end']);
    expect(told.body).toBe(method === 'HEAD' ? '' : 'hello');
  }
  expect(upstream.connections).toHaveLength(1);
});

test('A request has the form that was asked for', async () => {
  const { upstream, connection } = await setUp();
  const accepted = upstream.accept();
  send(connection, get('*', { method: 'OPTIONS', headers: ['host', 'a', 'X-A', '\xe9'] }));
  const { reader } = await accepted;
  const seen = 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\nX-A: \xe9\r\n\r\n';
  await reader.sees(seen, 'the request');
});

test.each([
  ['a line end in a value', { headers: ['host', 'a', 'X', 'b\r\nY: c'] }],
  ['a line end in a name', { headers: ['host', 'a', 'X: b\r\nY', 'c'] }],
  ['NUL', { headers: ['host', 'a', 'X', '\0'] }],
  ['a character that Latin-1 would make a line end', { headers: ['host', 'a', 'X', '\u010a'] }],
  ['an empty name', { headers: ['host', 'a', '', 'b'] }],
  ['a space in the target', { path: '/ HTTP/1.1' }],
  ['a line end in the target', { path: '/\r\nX:' }],
  ['a method that is no token', { method: 'GET /' }],
  ['a line end in the protocol', { upgrade: 'x\r\nY: z' }],
])('%s is refused before anything is sent', async (_what, more) => {
  const { upstream, connection } = await setUp();
  expect(await send(connection, get('/', more)).ended).toBe('error request_invalid');
  expect(upstream.connections).toHaveLength(0);
});

test('Bytes that nobody asked for end an idle connection', async () => {
  const { upstream, connection, gone } = await setUp();
  upstream.respond(ok('hello'));
  await send(connection, get()).ended;
  await upstream.connections[0]?.send(ok('unasked'));
  await eventually(() => expect(gone).toEqual([connection]));
  expect(await upstream.connections[0]?.closed()).not.toBe('open');
});

test('Bytes behind a response belong to no other, and end the connection', async () => {
  const { upstream, connection, gone } = await setUp();
  upstream.respond(({ target }) => (target === '/1' ? ok('one') + ok('unasked') : ok('two')));
  const first = send(connection, get('/1'));
  expect([await first.ended, first.body]).toEqual(['end', 'one']);
  expect(gone).toEqual([connection]);
  const second = send(connection, get('/2'));
  expect([await second.ended, second.body]).toEqual(['end', 'two']);
  expect(upstream.connections).toHaveLength(2);
});

test('A request that follows in the same turn waits for what else has come', async () => {
  const { upstream, connection } = await setUp();
  upstream.respond(({ target }) => (target === '/1' ? ok('one') : ok('two')));
  const second = new Told();
  const first = new Told();
  const end = first.onResponseEnd.bind(first);
  first.onResponseEnd = () => {
    send(connection, get('/2'), second);
    // As if it had come in the same poll, in a read behind the end of the response.
    process.nextTick(() => connection.onBytes(Buffer.from('?')));
    end();
  };
  send(connection, get('/1'), first);
  expect([await second.ended, second.body]).toEqual(['end', 'two']);
  expect(upstream.connections).toHaveLength(2);
});

test('A connection that ends in order ends a body that it delimits; a reset does not', async () => {
  const { upstream, connection } = await setUp();
  upstream.respond(async ({ target }, at) => {
    await at.send('HTTP/1.1 200 OK\r\n\r\nuntil the end');
    if (target === '/end') at.end();
    return undefined;
  });
  const ended = send(connection, get('/end'));
  expect([await ended.ended, ended.body]).toEqual(['end', 'until the end']);
  const reset = send(connection, get('/reset'));
  await eventually(() => expect(reset.body).toBe('until the end'));
  upstream.connections[1]?.reset();
  expect(await reset.ended).toBe('error ECONNRESET');
});

test('It is not kept where either side says so, or a body came where none is expected', async () => {
  const { upstream, connection } = await setUp();
  const head = (field: string) => response('200 OK', [field, 'Content-Length: 0']);
  upstream.respond(({ target }) => head(decodeURIComponent(target.slice(1))));
  const body = Buffer.from('x');
  for (const [field, more] of [
    ['Connection: close', {}],
    ['Keep-Alive: timeout=1', {}],
    ['X: y', { body }],
    ['X: y', { upgrade: 'websocket' }],
  ] as const) {
    const before = upstream.connections.length;
    await send(connection, get(`/${encodeURIComponent(field)}`, more)).ended;
    await send(connection, get('/X:')).ended;
    expect(upstream.connections.length, JSON.stringify([field, more])).toBe(before + 2);
    await send(connection, get(`/${encodeURIComponent('Connection: close')}`)).ended;
  }
});

test('An idle connection ends after its time, and not before a request that goes on for longer', async () => {
  const { upstream, connection, gone } = await setUp(50);
  upstream.respond(async ({ target }) => {
    if (target === '/slow') await new Promise((resolve) => setTimeout(resolve, 150));
    return ok('hello');
  });
  await send(connection, get()).ended;
  const slow = send(connection, get('/slow'));
  expect([await slow.ended, slow.body]).toEqual(['end', 'hello']);
  expect(gone).toEqual([]);
  await eventually(() => expect(gone).toEqual([connection]));
  expect(upstream.connections).toHaveLength(1);
});

/** Parts as they are asked for, in memory that is overwritten after each; an endless one goes on with zeros. */
class Parts implements BodySource {
  stopped = false;
  readonly #chunks: string[];
  readonly #trailers: string;
  readonly #endless: boolean;

  constructor(chunks: readonly string[], trailers = '', endless = false) {
    this.#chunks = [...chunks];
    this.#trailers = trailers;
    this.#endless = endless;
  }

  pull(sink: BodySink): void {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) this.#tell(sink, Buffer.from(chunk));
    else if (!this.#endless) sink.onBodyEnd(this.#trailers);
    else setImmediate(() => this.stopped || this.#tell(sink, Buffer.alloc(64 * 1024)));
  }

  leave(): void {
    this.stopped = true;
  }

  #tell(sink: BodySink, chunk: Buffer): void {
    sink.onBodyPart(chunk);
    chunk.fill('#');
  }
}

const parts = (...chunks: readonly string[]): Parts => new Parts(chunks);

test('A body that comes in parts leaves in chunks, with its trailers behind', async () => {
  const { upstream, connection } = await setUp();
  upstream.respond(ok('thanks'));
  const body = new Parts(['hello ', '', 'world', 'x'.repeat(100_000)], 'X-T: 1\r\n');
  expect(await send(connection, get('/', { method: 'POST', body })).ended).toBe('end');
  const [seen] = upstream.requests;
  expect(seen?.body.toString()).toBe(`hello world${'x'.repeat(100_000)}`);
  expect(seen?.trailers).toEqual([['X-T', '1']]);
  await send(connection, get('/', { method: 'PUT', body: parts() })).ended;
  expect(upstream.requests[1]?.fields).toContainEqual(['content-length', '0']);
  expect(upstream.connections).toHaveLength(1);
});

test.each([
  ['shorter', ['hell']],
  ['longer', ['hello', '!']],
  ['empty', []],
])('A body that is %s than declared is not sent as if it were whole', async (_what, chunks) => {
  const { upstream, connection } = await setUp();
  const headers = ['host', 'a', 'Content-Length', '5'];
  const accepted = upstream.accept();
  const told = send(connection, get('/', { method: 'POST', headers, body: parts(...chunks) }));
  expect(await told.ended).toBe('error request_length');
  const { reader } = await accepted;
  expect((await reader.toEnd('the end')).toString()).not.toContain('!');
});

test('A response that comes before the body has left ends the exchange and the connection', async () => {
  const { upstream, connection } = await setUp();
  const body = new Parts([], '', true);
  const told = send(connection, get('/', { method: 'POST', body }));
  const at = await upstream.accept();
  await at.reader.sees('transfer-encoding', 'the head');
  await at.send(response('413 Too Large', ['Content-Length: 3'], 'big'));
  expect([await told.ended, told.body]).toEqual(['end', 'big']);
  expect(told.events).not.toContain('sent');
  await eventually(() => expect(body.stopped).toBe(true));
  expect(await at.closed()).not.toBe('open');
});

const bytes = (length: number): Buffer => {
  const all = Buffer.alloc(length);
  for (let i = 0; i < length; i += 4) all.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
  return all;
};
const hashOf = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

test.each(['length', 'chunks', 'end'] as const)(
  'A body delimited by its %s comes as it was sent, whoever pauses',
  async (framing) => {
    const { upstream, connection } = await setUp();
    const body = bytes(5 * MiB);
    upstream.respond(async (_request, at) => {
      if (framing === 'length') {
        await at.send(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
        await at.send(body);
      } else if (framing === 'end') {
        await at.send('HTTP/1.1 200 OK\r\n\r\n');
        await at.send(body);
        at.end();
      } else {
        await at.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        for (let from = 0; from < body.length; from += 100_000) {
          const chunk = body.subarray(from, from + 100_000);
          at.send(`${chunk.length.toString(16)}\r\n`);
          at.send(chunk);
          await at.send('\r\n');
        }
        await at.send('0\r\n\r\n');
      }
      return undefined;
    });
    const told = new Told();
    const chunks: Buffer[] = [];
    let paused = false;
    told.onResponseData = (controller, chunk) => {
      expect(paused, 'told while paused').toBe(false);
      if (chunks.length % 7 === 3) {
        paused = true;
        controller.pause();
        setImmediate(() => {
          paused = false;
          controller.resume();
        });
      }
      chunks.push(Buffer.from(chunk));
    };
    expect(await send(connection, get(), told).ended).toBe('end');
    expect(hashOf(Buffer.concat(chunks))).toBe(hashOf(body));
  },
);

test('A handler that gives up at the head hears that once, and nothing of the body', async () => {
  const { upstream, connection } = await setUp();
  upstream.respond(ok('hello'));
  const told = new Told();
  told.onResponseStart = (controller) => controller.abort(new Error('no, thanks'));
  expect(await send(connection, get(), told).ended).toBe('error no, thanks');
  expect([told.events, told.body]).toEqual([['start', 'sent', 'error no, thanks'], '']);
});

test('A socket that switched protocols goes on as a stream, from its first byte', async () => {
  const { upstream, connection } = await setUp();
  const told = send(connection, get('/', { upgrade: 'echo' }));
  const at = await upstream.accept();
  await at.reader.sees('upgrade: echo', 'the request');
  const fields = ['Upgrade: echo', 'Connection: upgrade'];
  await at.send(response('101 Switching Protocols', fields, 'first'));
  expect(await told.ended).toBe('upgrade 101');
  const socket = told.socket as Socket;
  onTestFinished(() => void socket.destroy());
  let seen = '';
  socket.on('data', (chunk) => {
    seen += chunk;
  });
  socket.resume();
  socket.write('ping');
  await at.reader.sees('ping', 'what the client says');
  await at.send('second'.repeat(10_000));
  await eventually(() => expect(seen).toBe(`first${'second'.repeat(10_000)}`));
});

test.each([
  ['was not asked for', null, ['Upgrade: x', 'Connection: upgrade']],
  ['names no protocol', 'x', []],
])('A 101 that %s is a fault', async (_what, upgrade, fields) => {
  const { upstream, connection } = await setUp();
  const told = send(connection, get('/', { upgrade }));
  const at = await upstream.accept();
  await at.send(response('101 Switching Protocols', fields));
  expect(await told.ended).toBe('error response_malformed');
});
