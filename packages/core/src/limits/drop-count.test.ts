import { expect, it } from 'vitest';
import { DropCount } from './drop-count.ts';

it('takes one refusal for the weather, and two for too much', () => {
  const drops = new DropCount();
  expect(drops.add(0, 1, 'dropped')).toBe(1);
  expect(drops.add(0, 2, 'success')).toBe(1);
  expect(drops.add(0, 3, 'dropped')).toBe(0.9);
});

it('decreases once for all that began before, and by more when that did not help', () => {
  const drops = new DropCount();
  drops.add(0, 10, 'dropped');
  expect(drops.add(0, 10, 'dropped')).toBe(0.9);
  for (let i = 0; i < 50; i++) expect(drops.add(9, 20, 'dropped')).toBe(1);
  drops.add(11, 30, 'dropped');
  expect(drops.add(11, 30, 'dropped')).toBe(0.75);
});

it('counts what may have been a long call for less', () => {
  const drops = new DropCount();
  const left = Array.from({ length: 21 }, (_, i) => drops.add(0, i, 'dropped', 0.1));
  expect(left.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => 1));
  expect(left.slice(19)).toContain(0.9);
});

it('forgets after fifty calls', () => {
  const drops = new DropCount();
  for (let i = 0; i < 5; i++) {
    expect(drops.add(0, i, 'dropped')).toBe(1);
    for (let good = 0; good < 49; good++) expect(drops.add(0, i, 'success')).toBe(1);
  }
});
