import { describe, expect, it } from 'vitest';
import { FairClock } from './fair-clock.ts';
import { Flow } from './flow.ts';

/** Serves whoever is next, all of them always waiting; returns the time each got. */
const serve = (flows: Flow[], costs: number[], totalMs: number, charges = costs): number[] => {
  const clock = new FairClock();
  const got = flows.map(() => 0);
  for (let spent = 0; spent < totalMs; ) {
    let next = 0;
    for (const [i, flow] of flows.entries()) {
      if (clock.start(flow) < clock.start(flows[next]!)) next = i;
    }
    clock.correct(flows[next]!, clock.charge(flows[next]!, charges[next]!), costs[next]!);
    got[next]! += costs[next]!;
    spent += costs[next]!;
  }
  return got;
};

describe('FairClock', () => {
  it('gives each the same time at the backend, however long its calls are', () => {
    const [slow, fast] = serve([new Flow('slow'), new Flow('fast')], [10_000, 50], 1e6);
    expect(Math.abs(slow! - fast!)).toBeLessThanOrEqual(10_000);
  });

  it('does so when it has guessed wrong at first', () => {
    const flows = [new Flow('slow'), new Flow('fast')];
    const [slow, fast] = serve(flows, [10_000, 50], 1e6, [50, 10_000]);
    expect(Math.abs(slow! - fast!)).toBeLessThanOrEqual(10_000);
  });

  it('lets nobody save up time by staying away', () => {
    const clock = new FairClock();
    const [steady, rested] = [new Flow('steady'), new Flow('rested')];
    for (let i = 0; i < 1000; i++) clock.charge(steady, 50);
    let served = 0;
    while (clock.start(rested) <= clock.start(steady)) {
      clock.charge(rested, 50);
      served++;
    }
    expect(served).toBeLessThanOrEqual(2);
  });
});
