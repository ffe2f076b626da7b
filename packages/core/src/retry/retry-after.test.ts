import { expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const now = Date.UTC(1994, 10, 6, 8, 49, 7);

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['Sun Nov  6 08:49:37 1994', 30_000],
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
])('Retry-After %j is a wait of %d ms', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});

it.each([
  '',
  '-1',
  '1.5',
  '0x10',
  '1e3',
  'soon',
  '5, 10',
  '1994-11-06T08:49:37Z',
  'Sun, 06 Nov 1994 08:49:37 CET',
  'Sun, 99 Xyz 1994 08:49:37 GMT',
])('Retry-After %j is nonsense', (value) => {
  expect(parseRetryAfter(value, now)).toBeNull();
});
