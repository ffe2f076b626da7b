import { describe, expect, it } from 'vitest';
import type { LoadPlan } from '../../src/engine/engine.ts';
import { runInWorkers } from '../../src/worker/run-in-workers.ts';
import type { CountingState } from './support/counting-recorder.ts';
import { closedPlan, duration, never, openPlan, requests, requestTo } from './support/plans.ts';
import { ok, startRawServer } from './support/raw-server.ts';

const recorderModule = new URL('./support/counting-recorder.ts', import.meta.url).href;

interface Progress {
  sent: number;
  ended: number;
}

async function run(plan: LoadPlan, workers: number, signal = never, settings: object = {}) {
  const progress: Progress[] = [];
  const results = await runInWorkers<CountingState, Progress>({
    plan,
    workers,
    recorderModule,
    settingsAt: (startAt) => ({ from: startAt, ...settings }),
    signal,
    onProgress: (each) => progress.push(each),
  });
  const states = results.map(({ state }) => state);
  const sum = (of: (state: CountingState) => number) =>
    states.reduce((total, state) => total + of(state), 0);
  return { results, states, progress, sum };
}

describe('workers', () => {
  it('make together exactly the requests of a closed plan', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const { states, sum } = await run(closedPlan(requestTo(server.url), requests(101), 5), 2);
    expect(states).toHaveLength(2);
    expect(states.map(({ sent }) => sent)).toEqual([51, 50]);
    expect(sum((state) => state.ok)).toBe(101);
    expect(server.requests).toBe(101);
    expect(server.connections).toBe(5);
  });

  it('keep together the even pace of an open plan, from one start', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const { states } = await run(openPlan(requestTo(server.url), duration(500), 200), 2);
    const together = states.flatMap(({ intendedMs }) => intendedMs).sort((a, b) => a - b);
    expect(together).toHaveLength(100);
    // The threads begin within a moment of each other; within each, the pace is exact.
    for (const { intendedMs } of states) {
      const sorted = intendedMs.toSorted((a, b) => a - b);
      for (let n = 1; n < sorted.length; n++)
        expect(sorted[n]! - sorted[n - 1]!).toBeCloseTo(10, 6);
    }
    expect(together[0]).toBeGreaterThan(-5);
    expect(together[0]).toBeLessThan(500);
  });

  it('carry a body', async () => {
    const bodies: string[] = [];
    const server = await startRawServer((socket, _, head) => {
      if (head.startsWith('POST')) socket.write(ok);
      else bodies.push(head);
    });
    const request = requestTo(server.url, { method: 'POST', body: Buffer.from('body!\r\n\r\n') });
    await run(closedPlan(request, requests(4), 2), 2);
    expect(bodies).toEqual(['body!', 'body!', 'body!', 'body!']);
  });

  it('stop when they are told to, with what they have', async () => {
    const stop = new AbortController();
    const server = await startRawServer((_, { ever }) => ever === 3 && stop.abort());
    const begun = performance.now();
    const { sum } = await run(
      closedPlan(requestTo(server.url), duration(20_000), 4),
      2,
      stop.signal,
    );
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(sum((state) => state.unfinished)).toBe(4);
    expect(sum((state) => state.sent)).toBe(4);
  });

  it('report their progress once a second, summed, and their load', async () => {
    const server = await startRawServer((socket) => setTimeout(() => socket.write(ok), 5));
    const { progress, results, sum } = await run(
      closedPlan(requestTo(server.url), duration(2300), 4),
      2,
    );
    expect(progress.length).toBeGreaterThanOrEqual(2);
    expect(progress.length).toBeLessThanOrEqual(5);
    expect(progress[0]!.sent).toBeLessThan(progress[1]!.sent);
    expect(progress.at(-1)!.sent).toBeLessThanOrEqual(sum((state) => state.sent));
    for (const { load } of results) {
      expect(load.eventLoopUtilization).toBeGreaterThan(0);
      expect(load.eventLoopUtilization).toBeLessThanOrEqual(1);
      expect(load.eventLoopDelayP99Ms).toBeGreaterThan(0);
    }
  });

  it('fail as one when one fails', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const plan = openPlan(requestTo(server.url), duration(20_000), 10);
    await expect(run(plan, 2, never, { fail: true })).rejects.toThrow('told to fail');
  });

  it('fail when the recorder’s module is missing', async () => {
    const missing = runInWorkers({
      plan: closedPlan(requestTo('http://127.0.0.1:1/'), requests(1)),
      workers: 1,
      recorderModule: new URL('./support/missing.ts', import.meta.url).href,
      settingsAt: (from) => ({ from }),
      signal: never,
    });
    await expect(missing).rejects.toThrow(/missing\.ts/);
  });
});
