import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatRate,
  formatSeconds,
} from './quantities.ts';

type Format = (value: number | null) => string;

type Case = readonly [name: string, format: Format, ...values: [number | null, string][]];

const cases: readonly Case[] = [
  [
    'Durations',
    formatSeconds,
    [null, '–'],
    [Number.NaN, '–'],
    [0, '0 s'],
    [0.000_000_2, '1 µs'],
    [0.000_84, '840 µs'],
    [0.000_999_7, '1 ms'],
    [0.001_234, '1.23 ms'],
    [0.012_34, '12.3 ms'],
    [0.25, '250 ms'],
    [0.999_6, '1 s'],
    [1.5, '1.5 s'],
    [99.94, '99.9 s'],
    [99.96, '1m 40s'],
    [312, '5m 12s'],
    [3599.6, '1h'],
    [11_520, '3h 12m'],
    [352_800, '4d 2h'],
  ],
  [
    'Numbers',
    formatNumber,
    [null, '–'],
    [0, '0'],
    [3.25, '3.25'],
    [12.34, '12.3'],
    [412.4, '412'],
    [1_234_567, '1,234,567'],
  ],
  [
    'Counts',
    formatCount as Format,
    [0, '0'],
    [999_999, '999,999'],
    [999_999.7, '1M'],
    [12_345_678, '12.3M'],
    [412e9, '412G'],
    [1e24, '1.0e+9P'],
  ],
  [
    'Rates',
    formatRate,
    [null, '–'],
    [0, '0'],
    [0.004, '<0.01'],
    [0.254, '0.25'],
    [12.34, '12.3'],
    [12_345, '12,345'],
    [123_456, '123k'],
    [1_234_567, '1.2M'],
  ],
  [
    'Shares',
    formatPercent,
    [null, '–'],
    [0, '0 %'],
    [0.001, '0.01 %'],
    [0.914, '0.91 %'],
    [50, '50 %'],
    [97.26, '97.3 %'],
    [99.953, '99.95 %'],
    [99.999, '99.99 %'],
    [100.000_000_000_1, '100 %'],
    [250.4, '250 %'],
  ],
  [
    'Sizes',
    formatBytes as Format,
    [0, '0 B'],
    [1023, '1023 B'],
    [1023.7, '1 KiB'],
    [12_897_485, '12.3 MiB'],
    [68_157_440, '65 MiB'],
  ],
];

for (const [name, format, ...values] of cases) {
  describe(name, () => {
    test.each(values)('%s is shown as %s', (value, text) => expect(format(value)).toBe(text));
  });
}

test('Each function stands alone', () => {
  for (const [, format] of cases) {
    const alone = new Function(`return (${format})(12.34)`);
    expect(alone()).toBe(format(12.34));
  }
});
