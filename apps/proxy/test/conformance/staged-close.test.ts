import { expect, test } from 'vitest';
import { chunked, expectProblem, ok, request, setUp, setUpBusy } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf, type RawResponse } from '../kit/raw-message.ts';
import { eventually } from '../kit/waiting-line.ts';

const small = { '--max-body-size': '10B' };
/** More than the kernel takes from a client while nobody reads. */
const large = Buffer.alloc(8 * 1024 * 1024, 'x');

/** The response to a client that writes all that it has before it reads, as most libraries do; FIN after it. */
async function afterWriting(port: number, ...bytes: (string | Buffer)[]): Promise<RawResponse> {
  const client = await RawClient.connect(port);
  client.socket.pause();
  for (const piece of bytes) await client.send(piece);
  client.socket.resume();
  const response = await client.readResponse('POST');
  expect(await client.closed()).toBe('fin');
  client.destroy();
  return response;
}

test('RFC 9112 9.6: a client that writes its body before it reads gets 10 of 10 413s', async () => {
  const { proxy } = await setUp(small);
  const head = request('POST /', [`Content-Length: ${large.length}`]);
  for (let i = 0; i < 10; i++) {
    expectProblem(await afterWriting(proxy.port, head, large), 413, 'client_error');
  }
});

test('RFC 9112 9.6: a chunked body that grows too large is told so, whatever comes behind it', async () => {
  const { upstream, proxy } = await setUp(small);
  upstream.respond(ok());
  const head = request('POST /', ['Transfer-Encoding: chunked']);
  const body = chunked(large.toString('latin1'), 64 * 1024);
  for (let i = 0; i < 3; i++) {
    expectProblem(await afterWriting(proxy.port, head, body), 413, 'client_error');
  }
});

test.each([
  ['a head that is no HTTP', 'GET\r\n\r\n', 400],
  ['a head that is too large', `GET / HTTP/1.1\r\nX-A: ${'b'.repeat(20_000)}\r\n\r\n`, 431],
  ['a body in no known framing', request('POST /', ['Transfer-Encoding: gzip']), 400],
  ['a chunk without a size', request('POST /', ['Transfer-Encoding: chunked'], 'zz\r\n'), 400],
  ['an expectation', request('POST /', ['Expect: a', `Content-Length: ${large.length}`]), 417],
  ['a method', request('TRACE /', [`Content-Length: ${large.length}`]), 405],
  ['CONNECT', request('CONNECT a:80'), 405],
])('RFC 9112 9.6: %s is refused where a client hears it', async (_what, head, status) => {
  const { proxy } = await setUp();
  for (let i = 0; i < 3; i++) {
    expect((await afterWriting(proxy.port, head, large)).status).toBe(status);
  }
});

test('RFC 9112 9.6: a refused upgrade is heard by a client that sent ahead', async () => {
  const { proxy } = await setUpBusy({ '--max-queue-size': 0 });
  const head = request('GET /', ['Connection: upgrade', 'Upgrade: websocket']);
  for (let i = 0; i < 3; i++) {
    expectProblem(await afterWriting(proxy.port, head, large), 503, 'queue_full');
  }
});

test('RFC 9112 9.6: the admin listener closes in stages too', async () => {
  const { proxy } = await setUp({ '--admin-port': 0 });
  const { port } = proxy.running.admin;
  const upload = request('POST /proxy-metrics', [`Content-Length: ${large.length}`]);
  for (let i = 0; i < 3; i++) {
    expect((await afterWriting(port, upload, large)).status).toBe(405);
    expect((await afterWriting(port, 'no HTTP\r\n\r\n', large)).status).toBe(400);
  }
});

test('RFC 9112 9.6: a drain lets a refused client hear of it', async () => {
  const { client: idle, connection, first, proxy } = await setUpBusy();
  idle.destroy();
  const head = request('POST /', [`Content-Length: ${large.length}`]);
  const clients: RawClient[] = [];
  for (let i = 0; i < 3; i++) {
    const client = await proxy.connect();
    await client.send(head.slice(0, 9));
    clients.push(client);
  }
  // Whoever has not begun is idle, and closed by the drain.
  const { clientSockets } = proxy.instance;
  await eventually(() => {
    for (const { bytesRead } of clientSockets) expect(bytesRead).toBeGreaterThan(0);
  });
  const drained = proxy.running.drain();
  const responses = clients.map(async (client) => {
    client.socket.pause();
    await client.send(head.slice(9));
    await client.send(large);
    client.socket.resume();
    const response = await client.readResponse('POST');
    client.destroy();
    return response;
  });
  for (const response of await Promise.all(responses)) {
    expectProblem(response, 503, 'draining');
  }
  await connection.send(ok());
  expect((await first.readResponse()).status).toBe(200);
  expect(await drained).toEqual({ cut: 0 });
});

test('RFC 9112 9.6: an own path that is asked with a body in a drain is answered where it is heard', async () => {
  const { client, connection, first, proxy } = await setUpBusy();
  const upload = request('POST /proxy-metrics', [`Content-Length: ${large.length}`]);
  await client.send(upload.slice(0, 9));
  await eventually(() => {
    for (const { bytesRead } of proxy.instance.clientSockets) expect(bytesRead).toBeGreaterThan(0);
  });
  const drained = proxy.running.drain();
  client.socket.pause();
  await client.send(upload.slice(9));
  await client.send(large);
  client.socket.resume();
  expect((await client.readResponse('POST')).status).toBe(405);
  client.destroy();
  await connection.send(ok());
  expect((await first.readResponse()).status).toBe(200);
  expect(await drained).toEqual({ cut: 0 });
});

test('RFC 9112 9.6: a refused client that stays silent, or goes on for too long, is let go', async () => {
  const { proxy, client } = await setUp(small);
  const dripping = await proxy.connect();
  const head = request('POST /', ['Content-Length: 99999999']);
  await client.send(head);
  await dripping.send(head);
  expect(fieldOf(await client.readResponse('POST'), 'connection')).toBe('close');
  const drip = setInterval(() => dripping.socket.write('x'), 100);
  try {
    await dripping.readResponse('POST');
    const { clientSockets } = proxy.instance;
    expect(clientSockets.size).toBe(2);
    await eventually(() => expect(clientSockets.size).toBe(1), 10_000);
    expect(dripping.socket.destroyed).toBe(false);
    await eventually(() => expect(clientSockets.size).toBe(0), 10_000);
  } finally {
    clearInterval(drip);
  }
}, 30_000);
