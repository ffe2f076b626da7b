import { describe, expect, it } from 'vitest';
import { boolean } from './boolean.ts';
import { choice } from './choice.ts';
import { integer } from './integer.ts';
import { list } from './list.ts';
import { optional } from './optional.ts';
import { path } from './text.ts';

describe('a boolean', () => {
  it.each([
    ['true', true],
    ['YES', true],
    ['on', true],
    ['1', true],
    ['false', false],
    ['no', false],
    ['Off', false],
    ['0', false],
  ])('from the text %j is %j', (text, value) => {
    expect(boolean().schema.parse(boolean().fromText(text))).toBe(value);
  });

  it('is no other word, and in a file no string at all', () => {
    expect(boolean().schema.safeParse(boolean().fromText('maybe')).success).toBe(false);
    expect(boolean().schema.safeParse(boolean().fromText('constructor')).success).toBe(false);
    expect(boolean().schema.safeParse('true').success).toBe(false);
    expect(boolean().schema.safeParse(1).success).toBe(false);
  });
});

describe('a choice', () => {
  const level = choice(['debug', 'info', 'warn']);

  it('takes its words alone, and names the nearest', () => {
    expect(level.schema.parse('info')).toBe('info');
    expect(level.schema.safeParse('INFO').success).toBe(false);
    expect(level.allowed).toBe('one of debug, info, warn');
    expect(level.explain?.('inof')).toBe('did you mean info?');
    expect(level.explain?.('something else')).toBeNull();
  });
});

describe('a path', () => {
  it('is never empty', () => {
    expect(path().schema.parse('logs/a b.log')).toBe('logs/a b.log');
    expect(path().schema.safeParse('').success).toBe(false);
    expect(path().schema.safeParse(' ').success).toBe(false);
  });
});

describe('a list', () => {
  const numbers = list(integer({ min: 0 }));

  it.each([
    ['1', [1]],
    ['1,2, 3', [1, 2, 3]],
    ['none', []],
  ])('from the text %j is %j', (text, value) => {
    expect(numbers.schema.parse(numbers.fromText(text))).toEqual(value);
  });

  it('is an array in a file, or a single item', () => {
    expect(numbers.schema.parse([1, 2])).toEqual([1, 2]);
    expect(numbers.schema.parse(1)).toEqual([1]);
    expect(numbers.schema.parse('none')).toEqual([]);
    expect(numbers.schema.safeParse([1, -2]).success).toBe(false);
  });

  it('names the items that are refused', () => {
    expect(numbers.explain?.([1, -2, 'x'])).toBe('refused: -2, "x"');
  });

  it('is written so that it reads back, the empty one too', () => {
    for (const value of [[], [1], [1, 2]]) {
      expect(numbers.schema.parse(numbers.fromText(numbers.format(value)))).toEqual(value);
    }
  });
});

describe('an optional value', () => {
  const limit = optional(integer({ min: 1 }));

  it.each(['none', 'off', 'None'])('is absent by the word %s', (word) => {
    expect(limit.schema.parse(limit.fromText(word))).toBeNull();
  });

  it('is absent by null in a file', () => {
    expect(limit.schema.parse(null)).toBeNull();
  });

  it('is otherwise as its kind says', () => {
    expect(limit.schema.parse(limit.fromText('5'))).toBe(5);
    expect(limit.schema.safeParse(limit.fromText('0')).success).toBe(false);
    expect(limit.allowed).toBe('a whole number of at least 1, or none');
  });

  it('takes the word before its kind could take it for a value', () => {
    const file = optional(path());
    expect(file.schema.parse('none')).toBeNull();
    expect(file.format(null)).toBe('none');
  });
});
