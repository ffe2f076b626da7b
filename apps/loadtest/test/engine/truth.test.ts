import { startBackend } from '@spillway/backend';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runClosed } from '../../src/engine/closed/autocannon-engine.ts';
import { runOpen } from '../../src/engine/open/open-engine.ts';
import { startFreezableServer } from './support/freezable-server.ts';
import { closedPlan, duration, never, openPlan, requestTo } from './support/plans.ts';
import { quantile, Tally } from './support/tally.ts';

/** A backend that keeps its own record of how long it took over each request, ms. */
async function startRecorded(latency: string) {
  const backend = await startBackend({ latency });
  onTestFinished(() => backend.close());
  const truth: number[] = [];
  backend.server.prependListener('request', (_, res) => {
    const begun = performance.now();
    res.once('finish', () => truth.push(performance.now() - begun));
  });
  return { url: `${backend.url}/`, truth };
}

const engines = {
  async closed(url: string) {
    const tally = new Tally();
    await runClosed(closedPlan(requestTo(url), duration(2500), 5), tally, never);
    return tally;
  },
  async open(url: string) {
    const tally = new Tally();
    await runOpen(openPlan(requestTo(url), duration(2500), 300), tally, never);
    return tally;
  },
};

// The truth is what the backend itself measured, within 2 % or 1 ms. Noise of the machine between the two
// can only add to what the engine sees, hence the further tries.
describe.each(Object.entries(engines))('the %s engine tells the truth', (_, run) => {
  it.each(['20ms', 'bimodal:10ms:100ms:0.1', 'lognormal:40ms'])(
    'of a backend of %s: p50, p95 and p99',
    { retry: 4 },
    async (latency) => {
      const { url, truth } = await startRecorded(latency);
      const tally = await run(url);
      expect(tally.isExact).toBe(true);
      expect(tally.outcomes.ok).toBe(truth.length);
      for (const fraction of [0.5, 0.95, 0.99]) {
        const real = quantile(truth, fraction);
        const off = Math.abs(tally.latency(fraction) - real);
        expect(off, `p${fraction * 100} of ${real} ms`).toBeLessThan(Math.max(1, 0.02 * real));
      }
    },
  );
});

it('a constant 200 ms at 10 a second has a p50 of 200 ms', { retry: 3 }, async () => {
  const { url, truth } = await startRecorded('200ms');
  const tally = new Tally();
  await runOpen(openPlan(requestTo(url), duration(2000), 10), tally, never);
  expect(tally.outcomes).toEqual({ ok: 20 });
  const p50 = tally.latency(0.5);
  expect(p50).toBeGreaterThanOrEqual(200 - 0.5);
  // The backend's own timer is late by up to a millisecond or so: that is part of the truth.
  expect(p50 - quantile(truth, 0.5)).toBeLessThan(1);
});

it('a server of 2 ms that freezes for a second of five shows it: p99 above 900 ms', async () => {
  const server = await startFreezableServer(2);
  setTimeout(() => server.freeze(1000), 2000);
  const tally = new Tally();
  await runOpen(openPlan(requestTo(server.url), duration(5000), 100), tally, never);
  expect(tally.outcomes).toEqual({ ok: 500 });
  expect(tally.latency(0.99)).toBeGreaterThan(900);
  expect(tally.latency(0.5)).toBeLessThan(100);
});
