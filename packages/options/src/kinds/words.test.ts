import { describe, expect, it } from 'vitest';
import { boolean } from './boolean.ts';
import { choice } from './choice.ts';
import { integer } from './integer.ts';
import { list } from './list.ts';
import { optional } from './optional.ts';
import { parsed } from './parsed.ts';
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

describe('a parsed value', () => {
  const pair = parsed<readonly [string, string]>({
    name: 'pair',
    placeholder: '<pair>',
    allowed: 'two words around a colon',
    read: (text) => {
      const [left, right] = text.split(':');
      return left && right ? [left, right] : null;
    },
    format: ([left, right]) => `${left}:${right}`,
    explain: (text) => (text.includes(':') ? null : 'there is no colon'),
  });

  it('is what its reader makes of the text, and is written so that it reads back', () => {
    expect(pair.schema.parse('a:b')).toEqual(['a', 'b']);
    expect(pair.schema.safeParse('a').success).toBe(false);
    expect(pair.schema.safeParse(7).success).toBe(false);
    expect(pair.explain?.('a')).toBe('there is no colon');
    expect(pair.schema.parse(pair.toJson(['a', 'b']))).toEqual(['a', 'b']);
  });

  it('may hold commas in a list that is separated by lines', () => {
    const pairs = list(pair, '\n');
    const text = 'a:1,2\nb:3';
    expect(pairs.schema.parse(pairs.fromText(text))).toEqual([
      ['a', '1,2'],
      ['b', '3'],
    ]);
    expect(
      pairs.format([
        ['a', '1,2'],
        ['b', '3'],
      ]),
    ).toBe(text);
  });
});
