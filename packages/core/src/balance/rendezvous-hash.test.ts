import { expect, it } from 'vitest';
import { BalancedTarget } from '../testing/balanced-target.ts';
import { seededRandom } from '../testing.ts';
import { RendezvousHash } from './rendezvous-hash.ts';

const targetsNamed = (...names: string[]) => names.map((it) => new BalancedTarget(`http://${it}`));
const make = (targets: readonly BalancedTarget[], hashLoadFactor = 1.25) => {
  const options = { slowStartMs: 0, slowStartAggression: 1, hashLoadFactor };
  return new RendezvousHash(targets, options, seededRandom(1));
};
const keys = Array.from({ length: 5000 }, (_, i) => `session ${i}`);
const placed = (hash: RendezvousHash<BalancedTarget>) =>
  keys.map((key) => hash.pick(0, null, key)!.name);

it('keeps a key at its target, in any order of the targets', () => {
  const here = make(targetsNamed('a', 'b', 'c', 'd'));
  const there = make(targetsNamed('d', 'b', 'a', 'c'));
  expect(placed(here)).toEqual(placed(there));
  expect(placed(here)).toEqual(placed(here));
});

it('moves no key but those of the target that goes, and spreads those by weight', () => {
  const targets = targetsNamed('a', 'b', 'c', 'd');
  targets[1]!.weight = 2;
  const hash = make(targets);
  const before = placed(hash);
  targets[3]!.usable = false;
  const after = placed(hash);
  const moved = { 'http://a': 0, 'http://b': 0, 'http://c': 0 };
  for (const [i, name] of before.entries()) {
    if (name === 'http://d') moved[after[i] as keyof typeof moved]++;
    else expect(after[i]).toBe(name);
  }
  const all = moved['http://a'] + moved['http://b'] + moved['http://c'];
  expect(all / keys.length).toBeCloseTo(1 / 5, 1);
  expect(moved['http://b'] / all).toBeCloseTo(1 / 2, 1);
});

it('moves the keys of a target at its limit, and no others', () => {
  const targets = targetsNamed('a', 'b', 'c');
  const hash = make(targets);
  const before = placed(hash);
  Object.assign(targets[0]!, { limit: 1, inFlight: 1 });
  const after = placed(hash);
  for (const [i, name] of before.entries()) {
    if (name === 'http://a') expect(after[i]).not.toBe(name);
    else expect(after[i]).toBe(name);
  }
});

it('bounds what one popular key puts on a target to a quarter above its share', () => {
  const targets = targetsNamed('a', 'b', 'c', 'd');
  targets[2]!.weight = 3;
  const hash = make(targets);
  for (let load = 1; load <= 400; load++) {
    const target = hash.pick(0, null, 'popular')!;
    target.inFlight++;
    const most = Math.max(6, Math.ceil((1.25 * load * target.weight) / 6));
    expect(target.inFlight).toBeLessThanOrEqual(most);
  }
});

it('keeps the six requests together that a browser sends concurrently, though nothing else is going on', () => {
  const hash = make(targetsNamed('a', 'b', 'c'));
  const home = hash.pick(0, null, 'session')!;
  for (let sent = 1; sent < 6; sent++) {
    home.inFlight = sent;
    expect(hash.pick(0, null, 'session')).toBe(home);
  }
  home.inFlight = 6;
  expect(hash.pick(0, null, 'session')).not.toBe(home);
});

it('leaves a popular key where it is when the load is not bounded', () => {
  const targets = targetsNamed('a', 'b', 'c');
  const hash = make(targets, Infinity);
  const home = hash.pick(0, null, 'popular')!;
  home.inFlight = 1000;
  expect(hash.pick(0, null, 'popular')).toBe(home);
});

it('sends what has no key to the least busy target', () => {
  const targets = targetsNamed('a', 'b');
  targets[0]!.inFlight = 1;
  expect(make(targets).pick(0, null, null)).toBe(targets[1]);
});
