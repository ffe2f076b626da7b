import { expect, test } from 'vitest';
import { pathOf } from './spark.tsx';

test('A spark ends at the right edge and lifts the pen at a gap', () => {
  expect(pathOf([1, 2, null, 4])).toMatch(/^M\S+ 17\.5L\S+ 12\.0M120\.0 1\.0$/);
});

test('Nothing at all is a line at the bottom', () => {
  expect(pathOf([0, 0])).toMatch(/^M\S+ 23\.0L120\.0 23\.0$/);
  expect(pathOf([])).toBe('');
});
