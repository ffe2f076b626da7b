import type { Page } from '../canvas.ts';
import { knownServices, type ScreenState } from '../screen-state.ts';
import { type Line, span } from '../text/span.ts';

const keys: readonly (readonly [string, string])[] = [
  ['1 2 3 4, tab', 'overview, upstreams, latency, raw JSON'],
  ['j k, arrows', 'scroll; page up, page down, g and G go further'],
  ['n p', 'next or previous proxy, or all of them summed'],
  ['space', 'hold the picture; polling goes on'],
  ['+ -', 'poll less or more often'],
  ['r', 'draw everything anew'],
  ['?', 'this help'],
  ['q, ctrl-c', 'quit'],
];

const words: readonly (readonly [string, string])[] = [
  ['requests/s', 'arrivals, measured from poll to poll'],
  ['failed/s', 'all but good answers and clients that left'],
  ['refused/s', 'of these, refused here: line, breaker, overload'],
  ['in flight', 'at the upstream now, of those allowed at once'],
  ['queue', 'waiting for a place there'],
  ['STALE', 'the last poll failed: what you see is older'],
  ['percentiles', 'over the last minute; of several proxies the worst'],
];

const serviceKeys: typeof keys = [
  ['5', 'all services, a line each'],
  ['s S a', 'next or previous service; a for all of them summed'],
];

/** In place of a view. */
export function help(state: ScreenState): Page {
  const row = ([name, meaning]: readonly [string, string]): Line => [
    span(` ${name.padEnd(14)}`, 'strong'),
    span(meaning),
  ];
  const forServices = knownServices(state).length > 0 ? serviceKeys : [];
  return { head: [], body: [...[...forServices, ...keys].map(row), [], ...words.map(row)] };
}
