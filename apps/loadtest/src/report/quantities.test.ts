import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatPercent, formatSeconds } from './quantities.ts';

describe('a time', () => {
  it.each([
    [null, '–'],
    [0, '0 s'],
    [0.000_000_4, '0 µs'],
    [0.000_123, '123 µs'],
    [0.000_999_4, '999 µs'],
    [0.000_999_6, '1.00 ms'],
    [0.012_34, '12.3 ms'],
    [0.2, '200 ms'],
    [0.999_6, '1.00 s'],
    [12.34, '12.3 s'],
    [300, '300 s'],
  ])('%j is written %s', (seconds, written) => {
    expect(formatSeconds(seconds)).toBe(written);
  });
});

describe('a number', () => {
  it.each([
    [null, '–'],
    [0, '0'],
    [7, '7'],
    [3.254, '3.25'],
    [12.34, '12.3'],
    [99.96, '100'],
    [12_345.6, '12,346'],
  ])('%j is written %s', (value, written) => {
    expect(formatNumber(value)).toBe(written);
  });
});

describe('a percent', () => {
  it.each([
    [100, '100 %'],
    [99.999, '99.99 %'],
    [0.001, '0.01 %'],
    [0, '0 %'],
    [4.3, '4.30 %'],
  ])('%j is written %s: whole only when it is', (value, written) => {
    expect(formatPercent(value)).toBe(written);
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [123_456, '123 kB'],
    [12_345_678, '12.3 MB'],
  ])('%j are written %s', (value, written) => {
    expect(formatBytes(value)).toBe(written);
  });
});
