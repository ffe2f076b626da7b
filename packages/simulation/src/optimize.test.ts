import { expect, it } from 'vitest';
import { optimize } from './optimize.ts';
import { simulate } from './simulate.ts';
import { exponential, scenario } from './testing/scenarios.ts';

const world = scenario({
  group: { ratePerSecond: 200, patienceMs: 1000 },
  backend: { workers: 5, service: exponential(50) },
  proxy: { maxConcurrentRequests: 50, maxQueueSize: 100 },
  run: { durationMs: 12_000, warmUpMs: 2000 },
});

const found = optimize(world);
const shareOf = (what: string): number =>
  found.worlds.find((it) => it.what === what)!.result.goodShare;

it('finds a limit near the number of workers, and a queue that is served in time', () => {
  const { maxConcurrentRequests, maxQueueSize } = found.settings;
  expect(maxConcurrentRequests).toBeGreaterThanOrEqual(5);
  expect(maxConcurrentRequests).toBeLessThanOrEqual(10);
  expect(maxQueueSize).toBeGreaterThan(0);
  expect(shareOf('as described')).toBeGreaterThan(0.97);
});

it('is no worse than what was given, and quicker', () => {
  const given = simulate(world);
  const { result } = found.worlds[0]!;
  expect(result.goodPerSecond).toBeGreaterThan(0.99 * given.goodPerSecond);
  expect(result.all.responseMs.p95).toBeLessThan(given.all.responseMs.p95 ?? Infinity);
});

it('says what it costs to be wrong by a third: too low a limit leaves workers idle', () => {
  expect(found.worlds.map(({ what }) => what)).toEqual([
    'as described',
    'slower',
    'faster',
    'busier',
    'limit too low',
    'limit too high',
  ]);
  expect(shareOf('limit too low')).toBeLessThan(shareOf('as described'));
  expect(shareOf('busier')).toBeGreaterThan(0.9);
});

it('ends the same each time', () => {
  expect(optimize(world).settings).toEqual(found.settings);
});
