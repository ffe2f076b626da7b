import { expect, test } from 'vitest';
import { integer } from './integer.ts';
import { orWord } from './or-word.ts';

const kind = orWord(integer({ min: 1 }), 'auto');

test.each([
  ['auto', 'auto'],
  [' AUTO ', 'auto'],
  ['7', 7],
])('%j is read as %j', (text, value) => {
  expect(kind.schema.parse(kind.fromText(text))).toBe(value);
});

test('what it writes it reads back', () => {
  for (const value of ['auto', 7] as const) {
    expect(kind.schema.parse(kind.fromText(kind.format(value)))).toBe(value);
    expect(kind.schema.parse(kind.toJson(value))).toBe(value);
  }
});

test('everything else is refused, and both ways are named', () => {
  expect(kind.schema.safeParse(kind.fromText('0')).success).toBe(false);
  expect(kind.schema.safeParse(kind.fromText('automatic')).success).toBe(false);
  expect(kind.explain?.('atuo')).toBe('did you mean auto?');
  expect(kind.explain?.('many')).toBeNull();
  expect(kind.allowed).toBe('a whole number of at least 1, or auto');
  expect(kind.placeholder).toBe('<n|auto>');
});
