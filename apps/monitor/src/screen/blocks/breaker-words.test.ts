import { idleUpstream } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { asciiGlyphs } from '../text/glyphs.ts';
import { breakerCell, breakerWidth } from './breaker-words.ts';

const words = (breaker: Partial<typeof idleUpstream.breaker>): string =>
  breakerCell({ ...idleUpstream, breaker: { ...idleUpstream.breaker, ...breaker } }, asciiGlyphs)
    .text;

test('Whatever a breaker does is told whole in its column', () => {
  const told = [
    words({}),
    words({ consecutive_failures: 999 }),
    words({ state: 'half_open' }),
    words({ state: 'open', retry_in: 0 }),
    words({ state: 'open', retry_in: 59.2 }),
  ];
  expect(told.map((text) => text.slice(2).trim())).toEqual([
    'closed',
    'closed 999 failed',
    'probing',
    'open, probe due',
    'open 60 s',
  ]);
  expect(told.map(({ length }) => length)).toEqual(told.map(() => breakerWidth));
});
