import { seededRandom } from '@spillway/core/testing';
import { expect, it } from 'vitest';
import { priceSlices } from './price.ts';
import { rateBelow, shareOf } from './share.ts';
import type { Slice } from './slice.ts';
import { pollTable, shareTable, verdictLine } from './table.ts';
import type { Watcher } from './watchers.ts';

const watchers = [
  { name: 'monitor', pollsPerSecond: 0.2 },
  { name: 'dashboard', pollsPerSecond: 0.5 },
] as Watcher[];

interface World {
  requestsPerSecond: number;
  usPerRequest: number;
  usPerPoll: number;
  /** The proxy does nothing else: what polls take is missing to requests. */
  busy: boolean;
}

/** A machine that is up to three times as slow from round to round, and a bit noisy from slice to slice. */
function slicesOf({ requestsPerSecond, usPerRequest, usPerPoll, busy }: World): Slice[] {
  const random = seededRandom(11);
  return Array.from({ length: 40 }, (_, round) => {
    const slowness = 1 + 2 * random();
    return [null, 'monitor', 'dashboard'].flatMap((watcher) =>
      (watcher === null ? [0] : [50, 200]).map((pollsPerSecond): Slice => {
        const pollsUs = pollsPerSecond * usPerPoll * slowness;
        const requests = busy ? requestsPerSecond - pollsUs / usPerRequest : requestsPerSecond;
        const noise = 0.99 + 0.02 * random();
        const cpuUs = (requests * usPerRequest * slowness + pollsUs) * noise;
        const seconds = 1;
        return { round, watcher, pollsPerSecond, polls: pollsPerSecond, seconds, requests, cpuUs };
      }),
    );
  }).flat();
}

const full = { requestsPerSecond: 10_000, usPerRequest: 50, usPerPoll: 500, busy: true };
const quiet = { requestsPerSecond: 100, usPerRequest: 100, usPerPoll: 500, busy: false };

it.each([
  ['request', full],
  ['second', quiet],
] as const)('finds per %s what a poll costs, whatever the machine does', (per, world) => {
  const { polls, usPerRequest } = priceSlices(slicesOf(world), per);
  // Half of the rounds are at more than twice the best speed.
  expect(usPerRequest.median / world.usPerRequest).toBeGreaterThan(1.5);
  expect(polls.map(({ watcher, pollsPerSecond }) => `${watcher} ${pollsPerSecond}`)).toEqual([
    'dashboard 50',
    'dashboard 200',
    'monitor 50',
    'monitor 200',
  ]);
  for (const { usPerPoll } of polls) {
    expect(usPerPoll.low).toBeLessThan(500 * 2);
    expect(usPerPoll.high).toBeGreaterThan(500 * 2);
    // Not so against the unwatched slice of another round.
    expect(usPerPoll.high - usPerPoll.low).toBeLessThan(700);
  }
});

it('says nothing of polls that cost nothing', () => {
  const { polls } = priceSlices(slicesOf({ ...full, usPerPoll: 0 }), 'request');
  for (const { usPerPoll } of polls) {
    expect(usPerPoll.low).toBeLessThan(0);
    expect(usPerPoll.high).toBeGreaterThan(0);
  }
});

const exactly = (value: number) => ({ median: value, low: value, high: value });
const poll = (watcher: string, pollsPerSecond: number, median: number, width: number) => ({
  watcher,
  pollsPerSecond,
  usPerPoll: { median, low: median - width, high: median + width },
});

/** 0.4 and 0.5 ms a second at the paces of the watchers above, give or take 0.1 ms. */
const pricesAt = (requestsPerSecond: number, usPerSecond: number) => ({
  requestsPerSecond,
  usPerSecond: exactly(usPerSecond),
  usPerRequest: exactly(usPerSecond / requestsPerSecond),
  polls: [
    poll('monitor', 200, 9999, 5),
    poll('monitor', 50, 2000, 250),
    poll('dashboard', 50, 1000, 100),
    poll('dashboard', 200, 1, 2),
  ],
});

const pricedAt = (requestsPerSecond: number, usPerSecond: number) => {
  const prices = pricesAt(requestsPerSecond, usPerSecond);
  return { load: `${requestsPerSecond}/s`, ...prices, ...shareOf(prices, watchers) };
};

it('adds up the watchers at their own paces, each as priced at the slower one', () => {
  const { watchingUsPerSecond, ofUnwatched } = pricedAt(1000, 90_000);
  expect(watchingUsPerSecond).toEqual({ median: 900, low: 800, high: 1000 });
  expect(ofUnwatched.median).toBeCloseTo(0.01, 12);
});

it('finds the rate at which the upper end falls below a limit, between the loads measured', () => {
  const loads = [pricedAt(1000, 140_000), pricedAt(100, 60_000), pricedAt(10_000, 500_000)];
  expect(rateBelow(0.01, loads)).toBeCloseTo(550, 9);
  expect(rateBelow(0.1, loads)).toBe(0);
  expect(rateBelow(0.001, loads)).toBe(Infinity);
});

it('prints tables and a verdict that need no explanation', () => {
  const loads = [pricedAt(10_000, 500_000), pricedAt(100, 60_000)];
  expect(pollTable(loads)).toMatch(/^monitor, load 10000\/s +50 +2000 \(1750\.\.2250\)$/m);
  expect(shareTable(loads)).toContain('0.18 (0.16..0.20) %');
  expect(verdictLine(loads)).toMatch(/below 1 % from about \d+ requests a second on/);
  expect(verdictLine([pricedAt(100, 500_000)])).toContain('at every load');
  expect(verdictLine([pricedAt(100, 500)])).toContain('not shown');
});
