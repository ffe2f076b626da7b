import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BalancedTarget } from '../testing/balanced-target.ts';
import { seededRandom } from '../testing.ts';
import { type BalancerName, balancers } from './balancers.ts';
import { targetPlaces, whyNoTarget } from './target-places.ts';

it('adds up the limits of what is available, and what is still under way elsewhere', () => {
  const targets = [
    new BalancedTarget('a', { limit: 8, inFlight: 3 }),
    new BalancedTarget('b', { limit: 4, inFlight: 2, usable: false }),
  ];
  expect(targetPlaces(targets)).toBe(10);
  targets[0]!.limit = Infinity;
  expect(targetPlaces(targets)).toBe(Infinity);
});

it('says whether a place will be freed', () => {
  const targets = [new BalancedTarget('a', { limit: 1, inFlight: 1 })];
  expect(whyNoTarget(targets)).toBe('all_at_limit');
  targets[0]!.usable = false;
  expect(whyNoTarget(targets)).toBe('all_unavailable');
});

it('whoever has one of so many permits finds a place, in every interleaving', () => {
  const events = fc.array(
    fc.record({
      what: fc.constantFrom('begin', 'begin', 'begin', 'end', 'toggle'),
      which: fc.nat(9),
    }),
    { maxLength: 80 },
  );
  const property = fc.property(
    fc.constantFrom<BalancerName>('least_in_flight', 'round_robin', 'hash'),
    fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 10 }),
    events,
    (name, limits, script) => {
      const targets = limits.map((limit, i) => new BalancedTarget(`${i}`, { limit }));
      const options = { slowStartMs: 0, slowStartAggression: 1, hashLoadFactor: 1.25 };
      const balancer = balancers[name](targets, options, seededRandom(1));
      const permits = (): number => targets.reduce((sum, it) => sum + it.inFlight, 0);
      for (const { what, which } of script) {
        const target = targets[which % targets.length]!;
        if (what === 'toggle') target.usable = !target.usable;
        else if (what === 'end') target.inFlight = Math.max(0, target.inFlight - 1);
        else {
          const picked = balancer.pick(0, null, 'key');
          expect(picked !== null).toBe(permits() < targetPlaces(targets));
          if (picked !== null) picked.inFlight++;
        }
      }
    },
  );
  fc.assert(property, { seed: 3, numRuns: 1000 });
});
