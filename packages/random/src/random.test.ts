import { expect, it } from 'vitest';
import { drawExponential, drawNormal, type Random, seededRandom } from './index.ts';

const many = (draw: (random: Random) => number): number[] => {
  const random = seededRandom(1);
  return Array.from({ length: 100_000 }, () => draw(random));
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

it('gives the same sequence for the same seed, for ever', () => {
  expect(Array.from({ length: 3 }, seededRandom(1))).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
  ]);
  expect(seededRandom(-1)()).toBe(seededRandom(0xffff_ffff)());
  expect(seededRandom(2)()).not.toBe(seededRandom(1)());
});

it('fills [0, 1) evenly', () => {
  const values = many((random) => random());
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(mean(values)).toBeCloseTo(1 / 2, 2);
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1 / 3, 2);
});

it('draws what is exponential, also of 0', () => {
  const values = many(drawExponential);
  expect(mean(values)).toBeCloseTo(1, 2);
  expect(mean(values.map((value) => (value > 3 ? 1 : 0)))).toBeCloseTo(Math.exp(-3), 2);
  expect(drawExponential(() => 0)).toBeCloseTo(0);
});

it('draws what is normal, also of 0', () => {
  const values = many(drawNormal);
  expect(mean(values)).toBeCloseTo(0, 2);
  expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
  expect(drawNormal(() => 0)).toBeCloseTo(0);
});
