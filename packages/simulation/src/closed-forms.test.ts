import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import { exponential, scenario } from './testing/scenarios.ts';

const servers = 50;
const places = 100;
const serviceMs = 1000;

/** Poisson arrivals at `load` times the capacity, exponential service, endless patience: M/M/50/150. */
const play = (load: number, arrivals: number) => {
  const durationMs = (arrivals * serviceMs) / (load * servers);
  const { all, utilisation } = simulate(
    scenario({
      group: { ratePerSecond: (load * servers * 1000) / serviceMs, patienceMs: Infinity },
      backend: { workers: servers, service: exponential(serviceMs) },
      proxy: { maxConcurrentRequests: servers, maxQueueSize: places, queueTimeoutMs: 3_600_000 },
      run: { durationMs: durationMs + 60_000, warmUpMs: 60_000 },
    }),
  );
  return {
    refused: all.refused / all.offered,
    waitMs: all.waitMs.mean!,
    waited: all.waited,
    utilisation,
  };
};

/** Closed form of M/M/c/K (Kleinrock, Queueing Systems I, section 3.6): the stationary states. */
const closedForm = (load: number) => {
  const weights = [1];
  for (let n = 1; n <= servers + places; n++) {
    weights.push((weights[n - 1]! * load * servers) / Math.min(n, servers));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = (from: number, to: number, value = (_n: number): number => 1): number =>
    weights.reduce((sum, w, n) => (n >= from && n <= to ? sum + w * value(n) : sum), 0) / total;
  const refused = share(servers + places, servers + places);
  const queued = share(servers, servers + places, (n) => n - servers);
  const throughput = (load * servers * (1 - refused)) / serviceMs;
  return {
    refused,
    waitMs: queued / throughput,
    waited: share(servers, servers + places - 1) / (1 - refused),
    utilisation: load * (1 - refused),
  };
};

const off = (simulated: number, expected: number): number => Math.abs(simulated / expected - 1);

describe('the proxy before 50 workers, with 100 places', { timeout: 120_000 }, () => {
  it('the closed form itself gives the known numbers', () => {
    const forms = [1, 1.2, 2].map(closedForm);
    expect(forms.map(({ refused }) => refused * 100)).toEqual([
      expect.closeTo(0.91, 2),
      expect.closeTo(16.7, 1),
      expect.closeTo(50, 1),
    ]);
    expect(forms.map(({ waitMs }) => waitMs / serviceMs)).toEqual([
      expect.closeTo(0.93, 2),
      expect.closeTo(1.9, 2),
      expect.closeTo(1.98, 2),
    ]);
    // Erlang C: with 100 places next to none is refused.
    expect(closedForm(0.9).waited).toBeCloseTo(0.364, 2);
  });

  it.each([1.2, 2])('refuses, delays and works as the closed form says at load %d', (load) => {
    const [simulated, expected] = [play(load, 300_000), closedForm(load)];
    expect(off(simulated.refused, expected.refused)).toBeLessThan(0.03);
    expect(off(simulated.waitMs, expected.waitMs)).toBeLessThan(0.03);
    expect(off(simulated.utilisation, expected.utilisation)).toBeLessThan(0.01);
  });

  it('refuses and delays as the closed form says at load 1', () => {
    // Between the edges it drifts for long: of 3 million arrivals what is lost is known to 2.5 %.
    const [{ refused, utilisation, waitMs }, expected] = [play(1, 3_000_000), closedForm(1)];
    // As much is refused at the one edge as is idle at the other, and chance moves them against each
    // other: half their sum varies less than each. Their difference, which is 0 in the long run, tells
    // how high chance has kept the line (18.5 s a unit, by regression over seeds).
    const idle = 1 - utilisation;
    expect(off((refused + idle) / 2, expected.refused)).toBeLessThan(0.03);
    expect(off(waitMs - 18_500 * (refused - idle), expected.waitMs)).toBeLessThan(0.03);
  });

  it('makes as many wait at load 0.9 as Erlang C says', () => {
    const [{ waited, utilisation }, expected] = [play(0.9, 600_000), closedForm(0.9)];
    // Less what chance brought in work beyond the load; the factor is a regression over seeds.
    const corrected = waited - 4.1 * (utilisation - expected.utilisation);
    expect(off(corrected, expected.waited)).toBeLessThan(0.03);
  });
});
