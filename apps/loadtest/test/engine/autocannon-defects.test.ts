import { describe, expect, it } from 'vitest';
import { runClosed } from '../../src/engine/closed/autocannon-engine.ts';
import { closedPlan, duration, never, requests, requestTo } from './support/plans.ts';
import { freePort, ok, startRawServer } from './support/raw-server.ts';
import { quantile, Tally } from './support/tally.ts';

// Contract tests for the defects of autocannon 9.0.0 that only the closed model has; those that any client
// may have are in misbehaviour.test.ts. A new autocannon must pass both before it is let in.

async function run(...plan: Parameters<typeof closedPlan>): Promise<Tally> {
  const tally = new Tally();
  await runClosed(closedPlan(...plan), tally, never);
  expect(tally.isExact).toBe(true);
  return tally;
}

const answerAfter = (ms: number) => (socket: { write(text: string): unknown }) =>
  setTimeout(() => socket.write(ok), ms);

describe('defects of autocannon, healed', () => {
  it('ECONNREFUSED spun at thousands of tries a second: a connection now tries four times', async () => {
    const port = await freePort();
    const tally = await run(requestTo(`http://127.0.0.1:${port}/`), duration(1000), 4);
    // At 0, 100, 300 and 700 ms, on each connection; fewer where the machine stalls.
    expect(tally.sent).toBeLessThanOrEqual(16);
    expect(tally.sent).toBeGreaterThan(4);
    expect(tally.outcomes).toEqual({ refused: tally.sent });
  });

  it('a refused connection counts one request of the number wanted', async () => {
    const port = await freePort();
    const tally = await run(requestTo(`http://127.0.0.1:${port}/`), requests(6), 3);
    expect(tally.outcomes).toEqual({ refused: 6 });
  });

  it('a name that has no address does not spin either', async () => {
    const tally = await run(requestTo('http://nowhere.invalid/'), requests(3), 2);
    expect(tally.outcomes).toEqual({ refused: 3 });
  });

  it('goes on when the server is back', async () => {
    const port = await freePort();
    const { createServer } = await import('node:http');
    const server = createServer((_, res) => res.end('hello'));
    setTimeout(() => server.listen(port, '127.0.0.1'), 250);
    const tally = await run(requestTo(`http://127.0.0.1:${port}/`), duration(900), 1);
    server.close();
    expect(tally.outcomes.refused).toBeGreaterThan(0);
    expect(tally.outcomes.ok).toBeGreaterThan(10);
  });

  it('a lost answer shifted all later ones: latencies stay those of their own requests', async () => {
    const server = await startRawServer((socket, { ever }) => {
      if (ever % 2 === 1) socket.resetAndDestroy();
      else answerAfter(40)(socket);
    });
    const tally = await run(requestTo(server.url), requests(40), 1);
    expect(tally.outcomes).toEqual({ ok: 20, reset: 20 });
    const good = tally.results.filter(({ outcome }) => outcome === 'ok');
    const latencies = good.map(({ sentAt, endedAt }) => endedAt - sentAt);
    expect(quantile(latencies, 0.5)).toBeGreaterThan(38);
    expect(quantile(latencies, 0)).toBeGreaterThan(38);
    expect(server.connections).toBeGreaterThanOrEqual(20);
  });

  it('Connection: close doubled the requests sent: the server sees as many as are counted', async () => {
    const server = await startRawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello'),
    );
    const tally = await run(requestTo(server.url), requests(50), 5);
    expect(tally.outcomes).toEqual({ ok: 50 });
    expect(server.requests).toBe(50);
    expect(server.connections).toBe(50);
  });

  it('Connection: close asked for by the caller is sent in place of keep-alive', async () => {
    const heads: string[] = [];
    const server = await startRawServer((socket, _, head) => {
      heads.push(head);
      socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    await run(requestTo(server.url, { headers: { Connection: 'close' } }), requests(4), 2);
    expect(heads).toHaveLength(4);
    for (const head of heads)
      expect(head.match(/^connection: .*$/gim)).toEqual(['Connection: close']);
  });

  it('an answer too many was taken for the next one: the connection is given up instead', async () => {
    const server = await startRawServer((socket) =>
      answerAfter(20)({ write: () => socket.write(ok + ok) }),
    );
    const tally = await run(requestTo(server.url), requests(10), 1);
    expect(tally.outcomes).toEqual({ ok: 10 });
    expect(server.requests).toBe(10);
    for (const { sentAt, endedAt } of tally.results) expect(endedAt - sentAt).toBeGreaterThan(18);
  });

  it('what was under way at the deadline vanished: it is drained and counted', async () => {
    const server = await startRawServer(answerAfter(300));
    const tally = await run(requestTo(server.url), duration(400), 5);
    expect(tally.sent).toBeGreaterThanOrEqual(5);
    expect(tally.outcomes).toEqual({ ok: tally.sent });
    expect(server.requests).toBe(tally.sent);
  });

  it('… or, not drained, it is unfinished', async () => {
    const server = await startRawServer((socket, { ever }) => ever < 5 && socket.write(ok));
    const tally = await run(requestTo(server.url), duration(400, false), 5);
    expect(tally.outcomes).toEqual({ ok: 5, unfinished: 5 });
  });

  it('the drain is bounded by the timeout', async () => {
    const server = await startRawServer(() => {});
    const begun = performance.now();
    const tally = await run(requestTo(server.url, { timeoutMs: 300 }), duration(100), 3);
    expect(tally.outcomes).toEqual({ timeout: 3 });
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  it('a timeout was sent again uncounted: each try counts, and the number wanted is kept', async () => {
    const server = await startRawServer(() => {});
    const tally = await run(requestTo(server.url, { timeoutMs: 100 }), requests(7), 2);
    expect(tally.outcomes).toEqual({ timeout: 7 });
    expect(server.requests).toBe(7);
  });

  it('fewer requests than connections were refused: there are as many connections as requests', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const tally = await run(requestTo(server.url), requests(3), 10);
    expect(tally.outcomes).toEqual({ ok: 3 });
    expect(server.connections).toBe(3);
  });

  it('requests were dealt out beforehand: a stuck connection no longer holds up the others', async () => {
    const server = await startRawServer((socket, { ever }) => {
      if (ever > 0) socket.write(ok);
    });
    const tally = await run(requestTo(server.url, { timeoutMs: 400 }), requests(50), 2);
    expect(tally.outcomes).toEqual({ ok: 49, timeout: 1 });
  });

  it('timeouts below a second were refused', async () => {
    const server = await startRawServer((socket, { ever }) => ever % 2 === 0 && socket.write(ok));
    const tally = await run(requestTo(server.url, { timeoutMs: 50 }), requests(6), 1);
    expect(tally.outcomes).toEqual({ ok: 3, timeout: 3 });
  });

  it('an abort ends the run at once, what is under way being unfinished', async () => {
    const server = await startRawServer(() => {});
    const stop = new AbortController();
    const tally = new Tally();
    setTimeout(() => stop.abort(), 100);
    const begun = performance.now();
    await runClosed(closedPlan(requestTo(server.url), duration(10_000), 4), tally, stop.signal);
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(tally.outcomes).toEqual({ unfinished: 4 });
    expect(tally.isExact).toBe(true);
  });

  it('an abort ends the wait for a server that refuses, too', async () => {
    const port = await freePort();
    const stop = new AbortController();
    const tally = new Tally();
    setTimeout(() => stop.abort(), 450);
    const plan = closedPlan(requestTo(`http://127.0.0.1:${port}/`), duration(10_000), 1);
    await runClosed(plan, tally, stop.signal);
    expect(tally.sent).toBeLessThanOrEqual(3);
    expect(tally.outcomes).toEqual({ refused: tally.sent });
  });
});
