import { expect, test } from 'vitest';
import { hashOf, parseHash } from './page-hash.ts';

test('An address opens the story of whatever id, and no other', () => {
  for (const why of ['abc-1', 'a b/c#d?é&x=1', '100%']) {
    expect(parseHash(hashOf({ service: null, why }))).toEqual({ service: null, why });
  }
  for (const hash of ['', '#', '#main', '#why=']) {
    expect(parseHash(hash)).toEqual({ service: null, why: null });
  }
  expect(parseHash('#why=%E0%A4%A').why).toBe('%E0%A4%A');
});

test('An address opens a service, and a story in it', () => {
  const both = { service: 'models.v2', why: 'abc-1' };
  expect(hashOf(both)).toBe('#service=models.v2&why=abc-1');
  expect(parseHash(hashOf(both))).toEqual(both);
  expect(hashOf({ service: null, why: null })).toBe('');
});
