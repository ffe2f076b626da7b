import { describe, expect, it } from 'vitest';
import type { ValueKind } from '../value-kind.ts';
import { integer } from './integer.ts';
import { number } from './number.ts';
import { formatPercent, percent } from './percent.ts';

const read = (kind: ValueKind<number>, text: string): number | null =>
  kind.schema.safeParse(kind.fromText(text)).data ?? null;

describe('an integer', () => {
  const port = integer({ min: 1, max: 65_535 });

  it.each([
    ['1', 1],
    ['65535', 65_535],
    ['+7', 7],
    ['0', null],
    ['65536', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['', null],
    ['8080 ', 8080],
    ['99999999999999999999', null],
  ])('from the text %j is %j', (text, value) => {
    expect(read(port, text)).toBe(value);
  });

  it('is a number in a file, not a string', () => {
    expect(port.schema.safeParse('80').success).toBe(false);
    expect(port.schema.safeParse(80).success).toBe(true);
  });

  it('describes its bounds', () => {
    expect(port.allowed).toBe('a whole number from 1 to 65535');
    expect(integer({ min: 0 }).allowed).toBe('a whole number of at least 0');
    expect(integer({ max: 9 }).allowed).toBe('a whole number of at most 9');
    expect(integer().allowed).toBe('a whole number');
  });
});

describe('a number', () => {
  const factor = number({ min: 0, max: 30 });

  it.each([
    ['0.5', 0.5],
    ['.5', 0.5],
    ['3', 3],
    ['1e1', 10],
    ['-1', null],
    ['31', null],
    ['', null],
    ['half', null],
    ['NaN', null],
    ['Infinity', null],
  ])('from the text %j is %j', (text, value) => {
    expect(read(factor, text)).toBe(value);
  });
});

describe('a percent', () => {
  it.each([
    ['20%', 0.2],
    ['0.2', 0.2],
    ['100 %', 1],
    ['0', 0],
    ['1', 1],
    ['20', null],
    ['101%', null],
    ['-5%', null],
    ['a fifth', null],
  ])('from the text %j is %j', (text, value) => {
    expect(read(percent(), text)).toBe(value);
  });

  it('may have a least share', () => {
    expect(read(percent({ min: 0.1 }), '10%')).toBe(0.1);
    expect(read(percent({ min: 0.1 }), '9%')).toBeNull();
    expect(percent({ min: 0.1 }).allowed).toBe('a share from 10% to 100%');
  });

  it('says what a bare 20 was meant to be instead of guessing', () => {
    expect(percent().explain?.('20')).toBe('write 20%');
    expect(percent().explain?.(20)).toBe('write 20%');
    expect(percent().explain?.('150%')).toBeNull();
    expect(percent().explain?.([20])).toBeNull();
    expect(percent({ min: 0.1 }).explain?.('5')).toBeNull();
    expect(percent().explain?.('2000')).toBeNull();
  });

  it.each([0, 0.07, 0.2, 0.29, 0.575, 1])(
    '%d is written as a percent and read back',
    (fraction) => {
      expect(read(percent(), formatPercent(fraction))).toBeCloseTo(fraction, 12);
      expect(formatPercent(fraction)).toMatch(/^\d+(\.\d)?%$/);
    },
  );
});
