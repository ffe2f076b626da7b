import { expect, it } from 'vitest';
import { runLoad } from '../src/run-load.ts';
import { duration, openPlan, requestTo } from './engine/support/plans.ts';
import { ok, startRawServer } from './engine/support/raw-server.ts';

it.each([1, 2])('a run of %i threads that is stopped measures until then', async (workers) => {
  const stop = new AbortController();
  const server = await startRawServer((socket) => {
    socket.write(ok);
    setTimeout(() => stop.abort(), 500);
  });
  const plan = openPlan(requestTo(server.url), duration(60_000), 0.1);
  const begun = performance.now();
  const { durationMs, state } = await runLoad({ plan, warmUpMs: 0, workers, signal: stop.signal });
  const tookMs = performance.now() - begun;
  expect(state.sent).toBe(1);
  // The only response came half a second before.
  expect(durationMs).toBeGreaterThan(state.lastEndMs + 100);
  expect(durationMs).toBeLessThanOrEqual(tookMs);
});
