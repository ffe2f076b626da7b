import { expect, test } from 'vitest';
import { hasPassed, tellsLoop } from './loop.ts';

const ours = 'spillway-0123abcd';

test.each([
  [undefined, false],
  ['1.1 spillway', false],
  ['1.1 spillway-0123abce', false],
  ['1.1 other (spillway-0123abcd)', false],
  ['1.1 spillway-0123abcd', true],
  ['1.0 fred, HTTP/1.1\tspillway-0123abcd (us), 2 bob', true],
])('Via %s has passed here: %s', (via, passed) => {
  expect(hasPassed(via, ours)).toBe(passed);
});

test.each([
  [502, 'spillway; error=proxy_loop_detected; details="loop_detected"', true],
  [502, 'other;error=proxy_loop_detected', true],
  [502, 'spillway; error=connection_refused', false],
  [200, 'spillway; error=proxy_loop_detected', false],
])('%i with Proxy-Status %s tells of a loop: %s', (status, value, told) => {
  expect(tellsLoop(status, ['Proxy-Status', value])).toBe(told);
});
