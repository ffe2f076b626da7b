import type { Outcome } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { breakerVerdict } from './breaker-verdict.ts';

test.each<[Outcome, number, string]>([
  ['ok', 200, 'success'],
  ['ok', 404, 'success'],
  ['upstream_error', 500, 'success'],
  ['upstream_error', 503, 'failure'],
  ['connection_refused', 0, 'failure'],
  ['http_response_incomplete', 200, 'failure'],
  ['connection_read_timeout', 0, 'failure'],
  ['http_response_timeout', 0, 'ignored'],
  ['client_gone', 200, 'ignored'],
  ['client_error', 0, 'ignored'],
])('%s with status %i is %s', (outcome, status, verdict) => {
  expect(breakerVerdict(outcome, status)).toBe(verdict);
});

test.each<Outcome>(['http_protocol_error', 'http_response_incomplete'])(
  '%s is ignored where the target answered in HTTP, but nothing that may be relayed',
  (outcome) => {
    expect(breakerVerdict(outcome, 0, true)).toBe('ignored');
    expect(breakerVerdict(outcome, 0, false)).toBe('failure');
  },
);
