import { expect, it } from 'vitest';
import { formatCount, formatMs, formatRate, formatShare } from './quantities.ts';
import { sparkline } from './sparkline.ts';

it('shows three digits that count', () => {
  expect([0, 0.5, 9.99, 99.94, 999.4, 999.6, 12_345, null].map(formatMs)).toEqual([
    '0 ms',
    '0.50 ms',
    '9.99 ms',
    '99.9 ms',
    '999 ms',
    '1.00 s',
    '12.3 s',
    '–',
  ]);
  expect([12_345, 99.5, 1.234].map(formatCount)).toEqual(['12,345', '99.5', '1.23']);
  expect([12_345, 400.4].map(formatRate)).toEqual(['12,300/s', '400/s']);
});

it('never says none where there is some, nor all where some is missing', () => {
  expect([0, 0.000_01, 0.0091, 0.5, 0.9976, 0.999_99, 1].map(formatShare)).toEqual([
    '0 %',
    '< 0.01 %',
    '0.91 %',
    '50.0 %',
    '99.76 %',
    '> 99.99 %',
    '100 %',
  ]);
  // A sum of times, off by its last digit.
  expect(formatShare(1 - 1e-15)).toBe('100 %');
});

it('draws a line of so many columns at most, from nothing to the most', () => {
  expect(sparkline([0, 1, 4, 8], 8)).toBe(' ▂▅█');
  expect(sparkline([8, 0, 0, 0, 8, 8], 8, 3)).toBe('▅ █');
  expect(sparkline([0, 0], 0)).toBe('  ');
});
