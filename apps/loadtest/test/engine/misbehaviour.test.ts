import { describe, expect, it } from 'vitest';
import { runClosed } from '../../src/engine/closed/autocannon-engine.ts';
import type { LoadRequest } from '../../src/engine/engine.ts';
import { runOpen } from '../../src/engine/open/open-engine.ts';
import { closedPlan, never, openPlan, requests, requestTo } from './support/plans.ts';
import { ok, type RawServer, startRawServer } from './support/raw-server.ts';
import { Tally } from './support/tally.ts';

// What both engines have to get right whatever the server does. Every third request of 30 is spoilt, so that
// a client which loses count or is left in disorder shows it in those that come after.

const engines = {
  closed: async (request: LoadRequest, count: number) => {
    const tally = new Tally();
    await runClosed(closedPlan(request, requests(count), 2), tally, never);
    return tally;
  },
  open: async (request: LoadRequest, count: number) => {
    const tally = new Tally();
    await runOpen(openPlan(request, requests(count), 200, { maxInFlight: 50 }), tally, never);
    return tally;
  },
};

type Answer = Parameters<typeof startRawServer>[0];

const everyThird =
  (spoil: Answer): Answer =>
  (socket, nth, head) => {
    if (nth.ever % 3 === 2) spoil(socket, nth, head);
    else socket.write(ok);
  };

describe.each(Object.entries(engines))('the %s engine', (model, run) => {
  const go = async (answer: Answer, fields: Partial<LoadRequest> = {}) => {
    const server: RawServer = await startRawServer(answer);
    const tally = await run(requestTo(server.url, fields), 30);
    expect(tally.isExact).toBe(true);
    expect(tally.sent).toBe(30);
    return { server, tally };
  };

  it('counts a healthy server exactly, and keeps its connections', async () => {
    const { server, tally } = await go((socket) => socket.write(ok));
    expect(tally.outcomes).toEqual({ ok: 30 });
    expect(server.requests).toBe(30);
    if (model === 'closed') expect(server.connections).toBe(2);
    expect(tally.results.every(({ bytes, status }) => bytes === 5 && status === 200)).toBe(true);
  });

  it.each([
    ['a reset without an answer', 'reset', (socket) => socket.resetAndDestroy()],
    ['a FIN without an answer', 'reset', (socket) => socket.end()],
    ['half a head, then FIN', 'reset', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
    ['a body cut by FIN', 'truncated', (socket) => socket.end(ok.slice(0, -2))],
    [
      'chunks cut by FIN',
      'truncated',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo'),
    ],
    [
      'chunks of a closing answer cut by FIN',
      'truncated',
      (socket) =>
        socket.end(
          'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
        ),
    ],
    [
      'a body cut by a reset',
      'truncated',
      (socket) =>
        socket.write(ok.slice(0, -2), () => setTimeout(() => socket.resetAndDestroy(), 20)),
    ],
    [
      'a closing answer cut by FIN',
      'truncated',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhel'),
    ],
    [
      'a body that the connection delimits, cut by a reset',
      'truncated',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\n\r\nhel', () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        ),
    ],
    [
      'an HTTP/1.0 body cut by a reset',
      'truncated',
      (socket) =>
        socket.write('HTTP/1.0 200 OK\r\n\r\nhel', () =>
          setTimeout(() => socket.resetAndDestroy(), 20),
        ),
    ],
    [
      'a head without end',
      'protocol_error',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X-Many: 12345678\r\n'.repeat(80_000)}`),
    ],
    ['garbage', 'protocol_error', (socket) => socket.write('SMTP 220 ready\r\n\r\n')],
    [
      'an upgrade that nobody asked for',
      'protocol_error',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nxxx'),
    ],
    [
      'a status of 500',
      'status',
      (socket) => socket.write('HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno'),
    ],
  ] satisfies [string, string, Answer][])(
    'counts %s as %s, and goes on',
    async (_, outcome, spoil) => {
      const { tally } = await go(everyThird(spoil));
      expect(tally.outcomes).toEqual({ ok: 20, [outcome]: 10 });
    },
  );

  it.each([
    [
      'Connection: close',
      (socket) =>
        socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'),
    ],
    [
      'Connection: close, the server leaving the closing to the client',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'),
    ],
    [
      'HTTP/1.0, the body ending with the connection',
      (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nhello'),
    ],
    [
      '103 before the answer',
      (socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n');
        setTimeout(() => socket.write(ok), 5);
      },
    ],
    [
      '103 and the answer in one packet',
      (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}`),
    ],
    [
      'a field of 40 KiB',
      (socket) =>
        socket.write(
          `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(40_000)}\r\nContent-Length: 5\r\n\r\nhello`,
        ),
    ],
    [
      'a head of 200 KiB',
      (socket) =>
        socket.write(
          `HTTP/1.1 200 OK\r\n${'X-Many: 12345678\r\n'.repeat(12_000)}Content-Length: 5\r\n\r\nhello`,
        ),
    ],
    [
      '100 that nobody asked for before the answer',
      (socket) => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        setTimeout(() => socket.write(ok), 5);
      },
    ],
    [
      'several interim answers and the answer in one packet',
      (socket) =>
        socket.write(
          `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Go\r\n\r\n${ok}`,
        ),
    ],
    [
      'chunks and trailers',
      (socket) =>
        socket.write(
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n',
        ),
    ],
    [
      'an answer byte by byte',
      (socket) => {
        const bytes = ok.split('');
        const write = () =>
          socket.write(bytes.shift()!, () => bytes.length > 0 && setImmediate(write));
        write();
      },
    ],
  ] satisfies [string, Answer][])(
    'takes %s for one good answer of five bytes',
    async (_, spoil) => {
      const { server, tally } = await go(everyThird(spoil));
      expect(tally.outcomes).toEqual({ ok: 30 });
      expect(server.requests).toBe(30);
      expect(tally.results.every(({ bytes, status }) => bytes === 5 && status === 200)).toBe(true);
    },
  );

  it.each([
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    [
      '304 with the length of what it stands for',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    ],
  ])('does not wait for a body after %s', async (_, text) => {
    const { tally } = await go(everyThird((socket) => socket.write(text)));
    expect(tally.outcomes).toEqual({ ok: 30 });
    expect(tally.results.every(({ sentAt, endedAt }) => endedAt - sentAt < 4000)).toBe(true);
  });

  it('makes HEAD requests on kept connections, whatever length the answer names', async () => {
    const { server, tally } = await go(
      (socket, _, head) => {
        if (head.startsWith('HEAD ')) {
          socket.write('HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5000\r\n\r\n');
        }
      },
      { method: 'HEAD' },
    );
    expect(tally.outcomes).toEqual({ ok: 30 });
    expect(tally.results.every(({ bytes }) => bytes === 0)).toBe(true);
    expect(server.connections).toBeLessThan(30);
  });

  it('ends requests at the timeout, and the late answers are nobody else’s', async () => {
    const { tally } = await go(
      everyThird((socket) => setTimeout(() => socket.write(ok), 250)),
      { timeoutMs: 150 },
    );
    expect(tally.outcomes).toEqual({ ok: 20, timeout: 10 });
    for (const { outcome, sentAt, endedAt } of tally.results) {
      if (outcome === 'timeout') expect(endedAt - sentAt).toBeGreaterThanOrEqual(148);
    }
  });

  it('ends a body that never ends at the timeout', async () => {
    const { tally } = await go(
      everyThird((socket) => socket.write(ok.slice(0, -2))),
      { timeoutMs: 150 },
    );
    expect(tally.outcomes).toEqual({ ok: 20, timeout: 10 });
  });

  it('survives all of it at once', async () => {
    const server = await startRawServer((socket, { ever }) => {
      if (ever % 7 === 1) socket.resetAndDestroy();
      else if (ever % 7 === 2) socket.end();
      else if (ever % 7 === 3) socket.end(ok.slice(0, -1));
      else if (ever % 7 === 4) socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n`);
      else if (ever % 7 === 5) socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${ok}`);
      else socket.write(ok);
    });
    const tally = await run(requestTo(server.url), 210);
    expect(tally.isExact).toBe(true);
    expect(tally.outcomes).toEqual({ ok: 120, reset: 60, truncated: 30 });
    expect(server.requests).toBe(210);
  });

  it('reads what a Spillway says of its refusal', async () => {
    const { tally } = await go((socket, { ever }) =>
      socket.write(
        ever % 2 === 0
          ? ok
          : 'HTTP/1.1 503 No\r\nProxy-Status: spillway; error=connection_limit_reached; details="queue_full"\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    expect(tally.outcomes).toEqual({ ok: 15, status: 15 });
    const named = tally.results.filter(({ proxyOutcome }) => proxyOutcome === 'queue_full');
    expect(named).toHaveLength(15);
    expect(named.every(({ status }) => status === 503)).toBe(true);
  });

  it('sends method, path, fields and body as they are', async () => {
    const heads: string[] = [];
    const { tally } = await go(
      (socket, { ever }, head) => {
        if (ever === 0) heads.push(head);
        // The body ends in an empty line, so that it passes for a head.
        if (head.startsWith('POST')) socket.write(ok);
        else if (head !== 'body!') socket.destroy();
      },
      { method: 'POST', headers: { 'X-Key': 'Wert' }, body: Buffer.from('body!\r\n\r\n') },
    );
    expect(tally.outcomes).toEqual({ ok: 30 });
    expect(heads[0]).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
    expect(heads[0]).toMatch(/\r\nX-Key: Wert/i);
    expect(heads[0]?.match(/\r\ncontent-length: 9/gi)).toHaveLength(1);
  });
});
