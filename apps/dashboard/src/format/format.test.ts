import { describe, expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';
import { formatCount, formatPercent, formatRate, formatShort } from './number.ts';
import { formatSeconds } from './seconds.ts';

describe('formatSeconds', () => {
  test.each([
    [null, '–'],
    [undefined, '–'],
    [0, '0'],
    [0.000_001, '0'],
    [0.000_002, '2 µs'],
    [0.000_84, '840 µs'],
    [0.000_999_7, '1 ms'],
    [0.0123, '12.3 ms'],
    [0.123_4, '123 ms'],
    [0.999_6, '1 s'],
    [4.567, '4.57 s'],
    [30, '30 s'],
    [59.97, '1 m'],
    [125, '2 m 5 s'],
    [11_400, '3 h 10 m'],
    [352_800, '4 d 2 h'],
  ])('writes %s as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

test.each([
  [0, '0'],
  [2.7459, '2.75'],
  [999.4, '999'],
  [12_340, '12.3 k'],
  [999_700, '1 M'],
  [4_560_000, '4.56 M'],
])('A short count of %s is %s', (value, text) => expect(formatShort(value)).toBe(text));

test.each([
  [100, '100 %'],
  [99.996, '> 99.99 %'],
  [99.95, '99.95 %'],
  [97.26, '97.3 %'],
  [0.5, '0.5 %'],
  [0.001, '< 0.01 %'],
  [0, '0 %'],
])('A share of %s is %s', (value, text) => expect(formatPercent(value)).toBe(text));

test('Counts are grouped, rates never round to nothing, bytes are binary', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect([formatRate(0), formatRate(0.004), formatRate(0.1)]).toEqual(['0', '< 0.01', '0.1']);
  expect([formatBytes(0), formatBytes(1023.7), formatBytes(68_157_440)]).toEqual([
    '0 B',
    '1 KiB',
    '65 MiB',
  ]);
});
