import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { exchangeRaw, get } from '../../test/raw-client.ts';
import { type Backend, startBackend } from '../backend.ts';
import { patternBuffer } from '../pattern.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ slowFunction: '5ms' });
});
afterAll(() => backend.close());
afterEach(() => backend.reset());

const read = async (path: string, init?: RequestInit) => {
  const answer = await fetch(backend.url + path, init);
  const json = (await answer.json()) as Record<string, object>;
  return { status: answer.status, headers: answer.headers, json };
};
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('a stranger', () => {
  it('is told where they are and what to try', async () => {
    const { status, json } = await read('/anything?x=1');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      path: '/anything',
      message: expect.stringContaining('demo backend'),
    });
    for (const path of Object.keys(json.try!)) {
      const tried = await fetch(`${backend.url}${path}?count=1`, {
        signal: AbortSignal.timeout(4000),
      });
      await tried.arrayBuffer();
      expect([200, 503]).toContain(tried.status);
    }
  });

  it('learns which query field is wrong', async () => {
    const { status, json } = await read('/?latency=soon&fault=flood&size=much');
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      expect.stringMatching(/^latency: "soon" is not a time/),
      expect.stringMatching(/^fault: no fault "flood"; there are reset,/),
      expect.stringMatching(/^size: /),
    ]);
  });
});

it('/bytes sends that many, deterministic, and a HEAD none', async () => {
  const size = 3_000_000;
  const answer = await fetch(`${backend.url}/bytes/${size}`);
  expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(sha256(patternBuffer(size)));
  const head = await fetch(`${backend.url}/bytes/${size}`, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(size));
});

it('/bytes waits for a slow reader', async () => {
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => {
    request(`${backend.url}/bytes/1000000000`, resolve).end();
  });
  await new Promise((resolve) => answer.once('readable', resolve));
  // All that is in flight is what the buffers of the system hold.
  expect(backend.stats()).toMatchObject({ active: 1, finished: 0 });
  answer.destroy();
  await backend.waitFor(({ aborted }) => aborted === 1);
});

it('/upload answers with size and SHA-256', async () => {
  const body = patternBuffer(300_000);
  const { json } = await read('/upload', { method: 'POST', body: new Uint8Array(body) });
  expect(json).toEqual({ bytes: 300_000, sha256: sha256(body) });
  expect(backend.stats().bytesReceived).toBe(300_000);
});

it('/echo shows the request as it arrived', async () => {
  const { text } = await exchangeRaw(
    backend.port,
    'POST /echo/a%2Fb?c HTTP/1.1\r\nHost: b\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
  );
  const echoed = JSON.parse(text.slice(text.indexOf('\r\n\r\n')));
  expect(echoed).toMatchObject({ method: 'POST', url: '/echo/a%2Fb?c', body: 'hi', bytes: 2 });
  expect(echoed.rawHeaders.slice(2, 6)).toEqual(['X-A', '1', 'x-a', '2']);
});

it('/status answers with it, with Retry-After when asked', async () => {
  const { status, headers } = await read('/status/429?retryAfter=7');
  expect([status, headers.get('retry-after')]).toEqual([429, '7']);
  expect((await fetch(`${backend.url}/status/204`)).status).toBe(204);
  expect((await read('/status/99')).status).toBe(400);
});

it('?status overrides any path, with Retry-After when asked', async () => {
  const { status, headers } = await read('/api/health?status=503&retryAfter=3');
  expect([status, headers.get('retry-after')]).toEqual([503, '3']);
});

it('/api/slow-function takes its own time', async () => {
  expect((await read('/api/slow-function')).json).toEqual({ result: 'done, at last' });
  const pending = fetch(`${backend.url}/api/slow-function?latency=1h`).catch(() => 'cut');
  await backend.waitFor(({ active }) => active === 1);
  backend.server.closeAllConnections();
  expect(await pending).toBe('cut');
});

it('/events sends one event an interval, at once as it happens', async () => {
  const { text } = await exchangeRaw(
    backend.port,
    get('/events?count=3&interval=2ms', 'Connection: close\r\n'),
  );
  expect(text).toContain('content-type: text/event-stream');
  expect(text.match(/^id: \d$/gm)).toEqual(['id: 1', 'id: 2', 'id: 3']);
});

it('/early-hints sends 103 first', async () => {
  const { text } = await exchangeRaw(backend.port, get('/early-hints', 'Connection: close\r\n'));
  expect(text).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: .*\r\n\r\nHTTP\/1\.1 200 OK/);
});

it('/trailers ends with the SHA-256 of the body', async () => {
  const { text } = await exchangeRaw(
    backend.port,
    get('/trailers?size=10', 'Connection: close\r\nTE: trailers\r\n'),
  );
  expect(text.endsWith(`0\r\nX-Body-Sha256: ${sha256(patternBuffer(10))}\r\n\r\n`)).toBe(true);
});

describe('upgrades', () => {
  const open = (path: string) => new WebSocket(`${backend.url.replace('http', 'ws')}${path}`);

  it('echo WebSocket messages, text and binary', async () => {
    const socket = open('/any/path');
    await new Promise((resolve) => socket.once('open', resolve));
    expect(backend.stats()).toMatchObject({ tunnels: 1, active: 1 });
    const receive = () =>
      new Promise((resolve) =>
        socket.once('message', (data, binary) => resolve([`${data}`, binary])),
      );
    socket.send('hello');
    expect(await receive()).toEqual(['hello', false]);
    socket.send(Buffer.from('bytes'));
    expect(await receive()).toEqual(['bytes', true]);
    socket.close();
    await backend.waitFor(({ tunnels, finished }) => tunnels === 0 && finished === 1);
  });

  it('echo plain bytes of another protocol', async () => {
    const { text } = await exchangeRaw(
      backend.port,
      'GET / HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nfirst bytes',
      { endAfterSending: true },
    );
    expect(text).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\nfirst bytes$/s);
  });

  it('fail as other requests do', async () => {
    for (const [query, message] of [
      ['status=403', 'Unexpected server response: 403'],
      ['fault=close', 'socket hang up'],
      ['fault=reset', 'read ECONNRESET'],
    ] as const) {
      const error = await new Promise<Error>((resolve) => {
        open(`/?${query}`).once('error', resolve);
      });
      expect(error.message).toBe(message);
    }
    const stats = await backend.waitFor(({ active }) => active === 0);
    expect(stats).toMatchObject({ received: 3, finished: 1, broken: 2, tunnels: 0 });
  });
});
