import { expect, it } from 'vitest';
import { durationText } from './duration-text.ts';

it.each([
  [0, '0 ms'],
  [0.00042, '0.4 ms'],
  [0.003, '3 ms'],
  [0.00996, '10 ms'],
  [0.1204, '120 ms'],
  [0.9996, '1 s'],
  [1.24, '1.2 s'],
  [2, '2 s'],
  [59.94, '59.9 s'],
  [59.96, '1 min'],
  [125, '2 min 5 s'],
  [3599.7, '1 h'],
  [3780, '1 h 3 min'],
])('%d s is %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
