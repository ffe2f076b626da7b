import { expect, it } from 'vitest';
import { CallOrder, slotNumbers } from './call-order.ts';
import { LogNormalFit } from './service-fits.ts';

const fitOf = (times: readonly number[]): LogNormalFit => {
  const fit = new LogNormalFit(4);
  for (const ms of times) fit.add(0, ms);
  return fit;
};

it('learns the median and the spread', () => {
  const fit = fitOf(Array.from({ length: 200 }, (_, i) => 1000 * Math.exp(0.3 * Math.sin(i))));
  fit.look(0, new CallOrder(slotNumbers(4)), 0, false);
  expect(fit.medianMs(0)).toBeGreaterThan(900);
  expect(fit.medianMs(0)).toBeLessThan(1100);
  expect(fit.spread(0)).toBeLessThan(0.45);
});

it('predicts what it has seen rather than what it has not', () => {
  const fit = fitOf(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 900 : 1100)));
  fit.look(0, new CallOrder(slotNumbers(4)), 0, false);
  expect(fit.add(0, 1000)).toBeGreaterThan(fit.add(0, 100_000) + 5);
});

it('counts a call in service as longer than it has lasted', () => {
  const [quick, slow] = [fitOf([100, 120, 90, 110]), fitOf([100, 120, 90, 110])];
  const order = new CallOrder(slotNumbers(4));
  order.add(0);
  quick.look(0, new CallOrder(slotNumbers(4)), 5000, false);
  expect(quick.survival(0)).toBe(0);
  expect(slow.look(0, order, 5000, false)).toBeLessThan(-1);
  expect(slow.medianMs(0)).toBeGreaterThan(1.5 * quick.medianMs(0));
});

it('takes over what another candidate has learned', () => {
  const fit = fitOf([100, 100, 100]);
  fit.copy(0, 3);
  expect(fit.medianMs(3)).toBe(fit.medianMs(0));
});
