import { describe, expect, it } from 'vitest';
import { runOpen } from '../../src/engine/open/open-engine.ts';
import { duration, never, openPlan, requests, requestTo } from './support/plans.ts';
import { freePort, ok, startRawServer } from './support/raw-server.ts';
import { quantile, Tally } from './support/tally.ts';

async function run(plan: ReturnType<typeof openPlan>, signal = never): Promise<Tally> {
  const tally = new Tally();
  await runOpen(plan, tally, signal);
  expect(tally.isExact).toBe(true);
  return tally;
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, n) => time - times[n]!);

function blockLoop(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('the open engine', () => {
  it('intends requests at even times and sends them then, not in bursts', {
    retry: 3,
  }, async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const tally = await run(openPlan(requestTo(server.url), duration(1000), 250));
    expect(tally.outcomes).toEqual({ ok: 250 });
    const intended = tally.results.map(({ intendedAt }) => intendedAt).sort((a, b) => a - b);
    for (const gap of gaps(intended)) expect(gap).toBeCloseTo(4, 6);
    const lateness = tally.results.map(({ sentAt, intendedAt }) => sentAt - intendedAt);
    expect(quantile(lateness, 0)).toBeGreaterThanOrEqual(0);
    expect(quantile(lateness, 0.5)).toBeLessThan(1);
  });

  it('keeps intended times when its loop is late, and catches up', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    setTimeout(() => blockLoop(300), 200);
    const tally = await run(openPlan(requestTo(server.url), duration(800), 100));
    expect(tally.outcomes).toEqual({ ok: 80 });
    const intended = tally.results.map(({ intendedAt }) => intendedAt).sort((a, b) => a - b);
    for (const gap of gaps(intended)) expect(gap).toBeCloseTo(10, 6);
    const lateness = tally.results.map(({ sentAt, intendedAt }) => sentAt - intendedAt);
    expect(quantile(lateness, 1)).toBeGreaterThan(280);
    for (const { intendedAt, sentAt } of tally.results) {
      expect(sentAt).toBeGreaterThanOrEqual(intendedAt);
    }
  });

  it('drops what is due while the most are in flight, and counts it', async () => {
    const server = await startRawServer(() => {});
    const plan = openPlan(requestTo(server.url), duration(500, false), 100, { maxInFlight: 5 });
    const tally = await run(plan);
    expect(tally.outcomes).toEqual({ unfinished: 5 });
    expect(tally.droppedAt).toHaveLength(45);
  });

  it('sends as many as wanted in all, and as long as wanted', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const tally = await run(openPlan(requestTo(server.url), requests(37), 500));
    expect(tally.outcomes).toEqual({ ok: 37 });
    const begun = performance.now();
    await run(openPlan(requestTo(server.url), duration(300), 5));
    // The last is sent at 200 ms: the run lasts nevertheless as long as was asked for.
    expect(performance.now() - begun).toBeGreaterThan(299);
  });

  it('follows stages', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const stages = [
      { durationMs: 400, rate: 100 },
      { durationMs: 400, rate: 100 },
      { durationMs: 200, rate: 0 },
    ];
    const length = { requests: null, durationMs: null, drain: true };
    const tally = await run(openPlan(requestTo(server.url), length, 0, { stages, startRate: 0 }));
    expect(tally.outcomes).toEqual({ ok: 20 + 40 + 10 });
  });

  it('drains what is under way when the schedule ends', async () => {
    const server = await startRawServer((socket) => setTimeout(() => socket.write(ok), 300));
    const tally = await run(openPlan(requestTo(server.url), duration(200), 50));
    expect(tally.outcomes).toEqual({ ok: 10 });
  });

  it('an abort ends the run at once, what is under way being unfinished', async () => {
    const server = await startRawServer(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const begun = performance.now();
    const plan = openPlan(requestTo(server.url), duration(10_000), 50);
    const tally = await run(plan, stop.signal);
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(tally.outcomes).toEqual({ unfinished: tally.sent });
  });

  it('counts refusals one for one when nothing listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const tally = await run(openPlan(requestTo(url), duration(500), 100));
    expect(tally.outcomes).toEqual({ refused: 50 });
  });

  it('keeps connections rather than opening one a request', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const tally = await run(openPlan(requestTo(server.url), requests(200), 400));
    expect(tally.outcomes).toEqual({ ok: 200 });
    expect(server.connections).toBeLessThan(100);
  });

  it('refuses fields that it can’t send, before anything is sent', async () => {
    const plan = openPlan(
      requestTo('http://127.0.0.1:1/', { headers: { Expect: '100-continue' } }),
      requests(1),
      1,
    );
    await expect(run(plan)).rejects.toThrow("can't send the field Expect");
  });
});

it('a connection that ends behind a response truncates neither it nor the next', async () => {
  const server = await startRawServer((socket, { ever }) => {
    socket.write(ok);
    if (ever % 2 === 0) socket.end();
    else socket.resetAndDestroy();
  });
  const tally = await run(openPlan(requestTo(server.url), requests(300), 300));
  // One that was sent as its connection ended is lost, and no more than that.
  const { ok: good = 0, reset = 0 } = tally.outcomes;
  expect(good + reset).toBe(300);
  expect(good).toBeGreaterThan(0);
});
