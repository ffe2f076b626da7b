import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BalancedTarget } from '../testing/balanced-target.ts';
import { seededRandom } from '../testing.ts';
import type { Tried } from './balanced.ts';
import { type BalancerName, balancers } from './balancers.ts';

const options = { slowStartMs: 10_000, slowStartAggression: 1, hashLoadFactor: 1.25 };
const names = Object.keys(balancers) as BalancerName[];
const make = (name: BalancerName, targets: readonly BalancedTarget[], seed = 1) =>
  balancers[name](targets, options, seededRandom(seed));

const tried = (...targets: BalancedTarget[]): Tried<BalancedTarget> | null =>
  targets.reduce<Tried<BalancedTarget> | null>((previous, target) => ({ target, previous }), null);

const anyTarget = fc.record({
  weight: fc.constantFrom(0.5, 1, 2, 7),
  inFlight: fc.nat(5),
  limit: fc.constantFrom(1, 3, 5, Infinity),
  full: fc.boolean(),
  hasConnection: fc.boolean(),
  usable: fc.boolean(),
  upSince: fc.constantFrom(-Infinity, 0, 4000, 9000),
});
const anyTargets = fc
  .array(anyTarget, { maxLength: 14 })
  .map((all) => all.map((one, i) => new BalancedTarget(`http://10.0.0.${i}`, one)));

describe.each(names)('%s', (name) => {
  it('gives a target whenever one has room, and never one that is unavailable or at its limit', () => {
    const property = fc.property(
      anyTargets,
      fc.array(fc.nat(13), { maxLength: 4 }),
      fc.option(fc.string(), { nil: null }),
      fc.nat(),
      (targets, attempts, key, seed) => {
        const made = attempts.flatMap((i) => targets[i] ?? []);
        const room = targets.filter((it) => it.usable && it.inFlight < it.limit);
        const picked = make(name, targets, seed).pick(10_000, tried(...made), key);
        if (room.length === 0) expect(picked).toBeNull();
        else expect(room).toContain(picked);
      },
    );
    fc.assert(property, { seed: 7, numRuns: 2000 });
  });

  it('sends a retry where the last attempt was longest ago, and first where a connection is free', () => {
    const property = fc.property(
      fc.integer({ min: 2, max: 12 }),
      fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      fc.nat(),
      (count, attempts, connected, seed) => {
        const targets = Array.from(
          { length: count },
          (_, i) => new BalancedTarget(`${i}`, { hasConnection: connected[i]!, inFlight: i % 4 }),
        );
        const made = attempts.map((i) => targets[i % count]!);
        const picked = make(name, targets, seed).pick(0, tried(...made), 'key')!;
        const first = targets.some((it) => it.hasConnection)
          ? targets.filter((it) => it.hasConnection)
          : targets;
        const lastUse = (it: BalancedTarget): number => made.lastIndexOf(it);
        expect(first).toContain(picked);
        expect(lastUse(picked)).toBe(Math.min(...first.map(lastUse)));
      },
    );
    fc.assert(property, { seed: 8, numRuns: 1000 });
  });

  it('turns to a target that is full by its own word only when all are', () => {
    const targets = ['a', 'b', 'c'].map((it) => new BalancedTarget(it, { full: it !== 'b' }));
    const balancer = make(name, targets);
    for (let i = 0; i < 20; i++) expect(balancer.pick(0, null, `${i}`)?.name).toBe('b');
    targets[1]!.full = true;
    expect(balancer.pick(0, null, 'key')).not.toBeNull();
  });

  it('brings a target back with a tenth of its share, growing to all of it', () => {
    const targets = ['a', 'b', 'c'].map((it) => new BalancedTarget(it));
    const balancer = make(name, targets);
    targets[2]!.upSince = 0;
    const shareAt = (now: number): number => {
      let hits = 0;
      // Nothing is ever under way: each is done before the next one comes.
      for (let i = 0; i < 3000; i++) if (balancer.pick(now, null, `${i}`) === targets[2]) hits++;
      return hits / 3000;
    };
    expect(shareAt(0)).toBeCloseTo(0.1 / 2.1, 1);
    expect(shareAt(0)).toBeGreaterThan(0.02);
    expect(shareAt(5000)).toBeCloseTo(0.5 / 2.5, 1);
    expect(shareAt(10_000)).toBeCloseTo(1 / 3, 1);
  });

  it('spares nobody where all have just come, or only one is left', () => {
    const targets = ['a', 'b'].map((it) => new BalancedTarget(it, { upSince: 0 }));
    const balancer = make(name, targets);
    const picked = Array.from({ length: 1000 }, (_, i) => balancer.pick(0, null, `${i}`)?.name);
    expect(picked.filter((it) => it === 'a').length / 1000).toBeCloseTo(0.5, 1);
    targets[0]!.usable = false;
    expect(balancer.pick(0, null, 'key')).toBe(targets[1]);
  });

  it('shares picks by weight where nothing stays under way', () => {
    const targets = [1, 2, 5].map((weight) => new BalancedTarget(`${weight}`, { weight }));
    const balancer = make(name, targets);
    const hits = new Map<string, number>();
    for (let i = 0; i < 8000; i++) {
      const picked = balancer.pick(0, null, `key ${i}`)!;
      hits.set(picked.name, (hits.get(picked.name) ?? 0) + 1);
    }
    for (const { name, weight } of targets)
      expect(hits.get(name)! / 8000).toBeCloseTo(weight / 8, 1);
  });
});

it.each([0, -1, NaN, Infinity])('refuses a weight of %d', (weight) => {
  const targets = [new BalancedTarget('http://a', { weight })];
  for (const name of names) expect(() => make(name, targets)).toThrow('weight of http://a');
});
