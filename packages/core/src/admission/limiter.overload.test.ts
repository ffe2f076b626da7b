import { describe, expect, it } from 'vitest';
import {
  type Clients,
  type Fate,
  lognormal,
  OverloadSimulation,
  percentile,
} from '../testing/overload-simulation.ts';
import type { LimiterOptions } from './limiter-options.ts';

const limit = 20;
const capacityPerSecond = 400;
const forMs = 30_000;

const simulate = (
  kinds: Clients[],
  options: Partial<LimiterOptions> = {},
  { warmUpMs = 2000, forMs: ms = forMs, seed = 7 } = {},
): { fates: Fate[]; simulation: OverloadSimulation } => {
  const simulation = new OverloadSimulation(
    { limit, maxQueue: 100, order: 'adaptive', ...options },
    seed,
  );
  const fates = simulation.run(kinds, { warmUpMs, forMs: ms });
  expect(simulation.mostInFlight).toBeLessThanOrEqual(options.limit ?? limit);
  const { limiter, wheel } = simulation;
  expect([limiter.inFlight, limiter.queued, wheel.size]).toEqual([0, 0, 0]);
  return { fates, simulation };
};

/** Calls of 50 ms at a multiple of the capacity. */
const calls = (load: number, patienceMs: number, more: Partial<Clients> = {}): Clients => ({
  perSecond: load * capacityPerSecond,
  serviceMs: lognormal(50),
  patienceMs,
  ...more,
});

/** Of what an ideal limiter would make good. */
const goodput = (fate: Fate, load: number): number =>
  fate.good / (Math.min(load, 1) * capacityPerSecond * (forMs / 1000));

const kept = (fate: Fate): number => fate.good / fate.offered;

describe('Clients who leave after a second', { timeout: 60_000 }, () => {
  it.each([2, 5])('get the whole capacity at %d times it, quickly or a quick no', (load) => {
    const [fate] = simulate([calls(load, 1000)]).fates as [Fate];
    expect(goodput(fate, load)).toBeGreaterThan(0.98);
    expect(percentile(fate.goodMs, 0.5)).toBeLessThan(72);
    expect(percentile(fate.goodMs, 0.99)).toBeLessThan(199);
    expect(percentile(fate.refusedMs, 0.5)).toBeLessThan(50);
    expect([fate.left, fate.wasted]).toEqual([0, 0]);
  });

  it('get nearly all of it at 1.2 times the capacity', () => {
    const [fate] = simulate([calls(1.2, 1000)]).fates as [Fate];
    expect(goodput(fate, 1.2)).toBeGreaterThan(0.97);
  });

  it('are all served at 0.7 times the capacity', () => {
    const [fate] = simulate([calls(0.7, 1000)]).fates as [Fate];
    expect([fate.good, fate.refused]).toEqual([fate.offered, 0]);
  });

  it('are served as well when nobody has told the limiter how patient they are', () => {
    const [fate] = simulate([calls(2, 1000, { declared: false })]).fates as [Fate];
    expect(goodput(fate, 2)).toBeGreaterThan(0.98);
    expect(percentile(fate.refusedMs, 0.5)).toBeLessThan(50);
  });

  it.each([2, 5])('hear it at once in order of arrival too, at %d times the capacity', (load) => {
    const options = { order: 'fifo', maxQueue: 2000 } as const;
    const [fate] = simulate([calls(load, 1000)], options).fates as [Fate];
    expect(goodput(fate, load)).toBeGreaterThan(0.85);
    expect(percentile(fate.refusedMs, 0.5)).toBe(0);
  });
});

describe('Clients who leave after a quarter of a second', { timeout: 60_000 }, () => {
  it.each([1.2, 2, 5])('get 97 percent of the capacity at %d times it', (load) => {
    const [fate] = simulate([calls(load, 250)]).fates as [Fate];
    expect(goodput(fate, load)).toBeGreaterThan(0.97);
  });

  it.each(['fifo', 'lifo'] as const)('get 85 percent of it in the order %s', (order) => {
    const [fate] = simulate([calls(2, 250)], { order }).fates as [Fate];
    expect(goodput(fate, 2)).toBeGreaterThan(0.85);
  });

  it('are not refused at 0.7 times the capacity', () => {
    const [fate] = simulate([calls(0.7, 250)]).fates as [Fate];
    expect(fate.refused).toBe(0);
  });

  it('get next to nothing in order of arrival without deadlines (the control)', () => {
    const undeclared = calls(2, 250, { declared: false });
    const [bounded] = simulate([undeclared], { order: 'fifo' }).fates as [Fate];
    expect(goodput(bounded, 2)).toBeLessThan(0.5);
    const [unbounded] = simulate([undeclared], { order: 'fifo', maxQueue: 1e6 }).fates as [Fate];
    expect(goodput(unbounded, 2)).toBeLessThan(0.5);
  });
});

describe('A slow service, 8 permits of 10 s', { timeout: 60_000 }, () => {
  const slow = (load: number): Clients => ({
    perSecond: 0.8 * load,
    serviceMs: lognormal(10_000),
    patienceMs: 60_000,
  });
  const hour = { warmUpMs: 120_000, forMs: 3_600_000 };

  it('is refused to nobody in calm', () => {
    const [calm] = simulate([slow(0.6)], { limit: 8 }, hour).fates as [Fate];
    expect([calm.good, calm.refused]).toEqual([calm.offered, 0]);
    // With so few permits, 0.7 times the capacity on average is more than it for minutes in an hour.
    const [busy] = simulate([slow(0.7)], { limit: 8 }, hour).fates as [Fate];
    expect(kept(busy)).toBeGreaterThan(0.99);
  });

  it('keeps its goodput under overload, and a no comes within a fifth of a service time', () => {
    const [fate] = simulate([slow(2)], { limit: 8 }, hour).fates as [Fate];
    expect(fate.good / (0.8 * 3600)).toBeGreaterThan(0.96);
    expect(percentile(fate.refusedMs, 0.5)).toBeLessThan(2000);
  });
});

describe('After a brownout', { timeout: 60_000 }, () => {
  it.each(['adaptive', 'fifo', 'lifo'] as const)(
    'all are served again in the order %s, though everybody was refused in it',
    (order) => {
      // For 20 s calls take 5 s, and clients wait for one: nobody can be served in time.
      const serviceMs: Clients['serviceMs'] = (random, now) =>
        lognormal(now < 20_000 ? 5000 : 50)(random);
      const during = simulate([calls(0.7, 1000, { serviceMs })], { order }, { forMs: 10_000 });
      expect(kept(during.fates[0]!)).toBeLessThan(0.01);
      const times = { warmUpMs: 32_000, forMs: 10_000 };
      const after = simulate([calls(0.7, 1000, { serviceMs })], { order }, times);
      expect(kept(after.fates[0]!)).toBeGreaterThan(0.99);
    },
  );
});

describe('Classes', { timeout: 60_000 }, () => {
  const high = calls(0.6, 1000, { priority: 1 });
  const low = calls(2.4, 1000);

  it.each([0, 0.2])(
    'the high fifth keeps 99 percent at three times the capacity, %d reserved',
    (share) => {
      const classes = [
        { reservedShare: 0, precedence: 0 },
        { reservedShare: share, precedence: 1 },
      ];
      for (const order of ['adaptive', 'fifo'] as const) {
        const [lows, highs] = simulate([low, high], { classes, order }).fates as [Fate, Fate];
        expect(kept(highs)).toBeGreaterThan(0.99);
        expect(lows.good + highs.good).toBeGreaterThan(0.97 * capacityPerSecond * (forMs / 1000));
      }
    },
  );

  it('a low one keeps what is reserved for it, whatever the high ones want', () => {
    const classes = [
      { reservedShare: 0.2, precedence: 0 },
      { reservedShare: 0, precedence: 1 },
    ];
    const kinds = [calls(1, 1000), calls(3, 1000, { priority: 1 })];
    const [lows] = simulate(kinds, { classes }).fates as [Fate];
    expect(lows.good).toBeGreaterThan(0.19 * capacityPerSecond * (forMs / 1000));
  });
});

describe('Keys', { timeout: 60_000 }, () => {
  const others = Array.from({ length: 9 }, (_, i) => calls(0.09, 1000, { key: `tenant ${i}` }));

  it.each(['adaptive', 'fifo'] as const)(
    'one that offers ten times its share leaves the others 95 percent of theirs (%s)',
    (order) => {
      const [hog, ...rest] = simulate([calls(1, 1000, { key: 'hog' }), ...others], { order })
        .fates as [Fate, ...Fate[]];
      for (const fate of rest) expect(kept(fate)).toBeGreaterThan(0.95);
      expect(hog.good).toBeGreaterThan(0.13 * capacityPerSecond * (forMs / 1000));
    },
  );

  it.each([2, 5])(
    'a thousand with a request now and then are one crowd, at %d times the capacity',
    (load) => {
      const kinds = Array.from({ length: 1000 }, (_, i) =>
        calls(load / 1000, 1000, { key: `${i}` }),
      );
      const { fates } = simulate(kinds, {}, { warmUpMs: 10_000 });
      const good = fates.flatMap(({ goodMs }) => goodMs);
      expect(good.length).toBeGreaterThan(0.98 * capacityPerSecond * (forMs / 1000));
      expect(percentile(good, 0.5)).toBeLessThan(72);
      expect(percentile(good, 0.99)).toBeLessThan(199);
      expect(
        percentile(
          fates.flatMap(({ refusedMs }) => refusedMs),
          0.5,
        ),
      ).toBeLessThan(50);
    },
  );

  it('one with calls of 300 s does not starve the others', () => {
    const hog: Clients = {
      perSecond: 1,
      serviceMs: lognormal(300_000),
      patienceMs: 3_600_000,
      key: 'hog',
    };
    const times = { warmUpMs: 900_000, forMs };
    const [, ...rest] = simulate([hog, ...others], {}, times).fates;
    for (const fate of rest) expect(kept(fate)).toBeGreaterThan(0.95);
  });
});

describe('Long calls beside short ones', { timeout: 60_000 }, () => {
  const minutes = { warmUpMs: 60_000, forMs: 200_000 };
  const long = (perSecond: number, key?: string): Clients => ({
    ...{ perSecond, serviceMs: lognormal(10_000), patienceMs: 30_000 },
    ...(key === undefined ? {} : { key }),
  });

  it.each([2, 4])(
    'leave short ones 95 percent when %d a second of 10 s would fill the limit',
    (perSecond) => {
      const kinds = [long(perSecond, 'slow'), calls(0.4, 1000, { key: 'fast' })];
      const [slow, fast] = simulate(kinds, {}, minutes).fates as [Fate, Fate];
      expect(kept(fast)).toBeGreaterThan(0.95);
      // Of the 12 permits that short ones leave, the long ones have the use of at least 9.5.
      expect((slow.good * 10_000) / minutes.forMs).toBeGreaterThan(9.5);
    },
  );

  it('leave them as much when only classes are named', () => {
    const classes = [
      { reservedShare: 0, precedence: 0 },
      { reservedShare: 0, precedence: 0 },
    ];
    const kinds = [long(2), calls(0.4, 1000, { priority: 1 })];
    const [, fast] = simulate(kinds, { classes }, minutes).fates as [Fate, Fate];
    expect(kept(fast)).toBeGreaterThan(0.95);
  });

  it('lose little to a few short ones: 17 of 20 permits stay theirs', () => {
    const kinds = [long(2, 'slow'), calls(0.1, 1000, { key: 'fast' })];
    const [slow, fast] = simulate(kinds, {}, minutes).fates as [Fate, Fate];
    expect(kept(fast)).toBeGreaterThan(0.99);
    expect(kept(slow)).toBeGreaterThan(0.8);
  });

  it('leave them more than half without any names', () => {
    const [, fast] = simulate([long(2), calls(0.4, 1000)], {}, minutes).fates as [Fate, Fate];
    expect(kept(fast)).toBeGreaterThan(0.6);
  });
});
