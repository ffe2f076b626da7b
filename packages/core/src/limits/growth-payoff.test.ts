import { expect, it } from 'vitest';
import { GrowthPayoff } from './growth-payoff.ts';

/** Responses at an even pace, from an instant on; what is said of the last one. */
const respond = (payoff: GrowthPayoff, from: number, everyMs: number, count: number): number => {
  let said = 0;
  for (let i = 0; i < count && said === 0; i++) said = payoff.add(from + i * everyMs, true);
  return said;
};

it('goes no further than a little above twice what was measured', () => {
  const payoff = new GrowthPayoff(10);
  expect([payoff.mayGrowTo(15), payoff.mayGrowTo(40)]).toEqual([15, 22]);
  payoff.moved(20, 0, 0);
  expect(payoff.mayGrowTo(45)).toBe(22);
  respond(payoff, 1, 5, 30);
  expect(payoff.mayGrowTo(45)).toBe(45);
});

it('says where it was before, when twice as many do no more work', () => {
  const payoff = new GrowthPayoff(20);
  respond(payoff, 0, 10, 100);
  payoff.moved(40, 1000, 0);
  expect(respond(payoff, 1000, 10, 100)).toBe(20);
});

it('says nothing when twice as many do twice the work, or while fewer are in flight', () => {
  const payoff = new GrowthPayoff(20);
  respond(payoff, 0, 10, 100);
  payoff.moved(40, 1000, 0);
  expect(respond(payoff, 1000, 5, 200)).toBe(0);
  payoff.moved(80, 2000, 0);
  for (let i = 0; i < 400; i++) expect(payoff.add(2000 + 5 * i, false)).toBe(0);
});

it('leaves out what those of the level before still do', () => {
  const payoff = new GrowthPayoff(20);
  respond(payoff, 0, 10, 100);
  payoff.moved(40, 1000, 500);
  expect(respond(payoff, 1000, 10, 50)).toBe(0);
  expect(respond(payoff, 1500, 5, 200)).toBe(0);
});
