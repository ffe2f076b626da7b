import { describe, expect, it } from 'vitest';
import type { Lease } from '../lease-table.ts';
import { ManualTime, seededRandom } from '../testing.ts';
import { TimerWheel } from '../time/timer-wheel.ts';
import { Limiter } from './limiter.ts';
import { Waiter } from './wait-queue.ts';

const servers = 50;
const places = 100;
const serviceMs = 1000;
const arrivals = 300_000;

/** Poisson arrivals at `load` times the capacity, exponential service: M/M/50/150. */
const simulate = (load: number, seed: number) => {
  const time = new ManualTime();
  const wheel = new TimerWheel(time);
  const limiter = new Limiter({ limit: servers, maxQueue: places, wheel });
  const random = seededRandom(seed);
  const exponential = (meanMs: number): number => -meanMs * Math.log(1 - random());
  /** Ends of service under way: at most `servers`, so that a search is as good as a heap. */
  const busy: { endsAt: number; lease: Lease }[] = [];
  const serve = (lease: Lease): void => {
    busy.push({ endsAt: time.now() + exponential(serviceMs), lease });
  };
  let waitedMs = 0;
  let waited = 0;
  class Arrival extends Waiter {
    readonly #at = time.now();
    onGrant(lease: Lease): void {
      waitedMs += time.now() - this.#at;
      serve(lease);
    }
    onRefuse(): void {}
  }
  const endServiceUntil = (until: number): void => {
    for (;;) {
      let first = busy[0];
      for (const it of busy) if (it.endsAt < first!.endsAt) first = it;
      if (first === undefined || first.endsAt > until) break;
      time.skip(first.endsAt - time.now());
      busy.splice(busy.indexOf(first), 1);
      limiter.release(first.lease);
    }
    time.skip(until - time.now());
  };
  let refused = 0;
  for (let i = 0; i < arrivals; i++) {
    endServiceUntil(time.now() + exponential(serviceMs / (servers * load)));
    const lease = limiter.tryAcquire();
    if (lease !== 0) serve(lease);
    else if (limiter.wait(new Arrival(), Infinity)) waited++;
    else refused++;
  }
  const admitted = arrivals - refused;
  return { refused: refused / arrivals, waitMs: waitedMs / admitted, waited: waited / admitted };
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
  };
};

describe('Limiter as an M/M/50/150 queue', { timeout: 60_000 }, () => {
  it('the closed form itself gives the known numbers', () => {
    expect([1, 1.2, 2].map((load) => closedForm(load).refused * 100)).toEqual([
      expect.closeTo(0.91, 1),
      expect.closeTo(16.7, 1),
      expect.closeTo(50, 1),
    ]);
    // Erlang C: with 100 places next to none is refused.
    expect(closedForm(0.9).waited).toBeCloseTo(0.364, 2);
  });

  it.each([1.2, 2])('refuses and delays as the closed form says at %d times capacity', (load) => {
    const [simulated, expected] = [simulate(load, 1), closedForm(load)];
    expect(Math.abs(simulated.refused / expected.refused - 1)).toBeLessThan(0.03);
    expect(Math.abs(simulated.waitMs / expected.waitMs - 1)).toBeLessThan(0.03);
  });

  it('makes as many wait at 0.9 times capacity as Erlang C says', () => {
    expect(Math.abs(simulate(0.9, 2).waited / closedForm(0.9).waited - 1)).toBeLessThan(0.03);
  });
});
