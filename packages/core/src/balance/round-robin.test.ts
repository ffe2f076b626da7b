import { expect, it } from 'vitest';
import { BalancedTarget } from '../testing/balanced-target.ts';
import { RoundRobin } from './round-robin.ts';

const options = { slowStartMs: 0, slowStartAggression: 1 };

it('spreads the turns of a heavy target evenly, however busy it is', () => {
  const targets = [
    new BalancedTarget('a', { weight: 5, inFlight: 90 }),
    new BalancedTarget('b'),
    new BalancedTarget('c'),
  ];
  const balancer = new RoundRobin(targets, options);
  const turns = Array.from({ length: 7 }, () => balancer.pick(0, null)?.name);
  expect(turns.join('')).toBe('aabacaa');
});

it('passes over a target that cannot be used, and neither makes up for it nor starves it afterwards', () => {
  const targets = ['a', 'b', 'c'].map((name) => new BalancedTarget(name));
  const balancer = new RoundRobin(targets, options);
  const turns = (count: number): string =>
    Array.from({ length: count }, () => balancer.pick(0, null)?.name).join('');
  expect(turns(3)).toBe('abc');
  targets[1]!.usable = false;
  expect(turns(4)).toBe('acac');
  targets[1]!.usable = true;
  expect([...turns(6)].sort().join('')).toBe('aabbcc');
});
