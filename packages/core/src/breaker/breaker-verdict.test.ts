import { type Outcome, outcomeNames } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ManualTime } from '../testing.ts';
import { Breaker } from './breaker.ts';
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

/** What a target does; all others are ours or the client's. */
const ofTarget: readonly Outcome[] = [
  ...(['upstream_error', 'connection_refused', 'dns_error', 'dns_timeout'] as const),
  ...(['connection_timeout', 'connection_terminated', 'http_protocol_error'] as const),
  ...(['http_response_incomplete', 'connection_read_timeout'] as const),
];

const opens = (outcome: Outcome, status: number, unrelayable: boolean): boolean => {
  const breaker = new Breaker({
    ...{ threshold: 1, openMs: 1000, probes: 1, probeLeaseMs: 1000 },
    time: new ManualTime(),
  });
  breaker.settle(breaker.acquire(), breakerVerdict(outcome, status, unrelayable));
  return breaker.state.name !== 'closed';
};

test.each(outcomeNames)('%s opens a breaker only if it is of the target', (outcome) => {
  const statuses = [0, 101, 200, 404, 429, 500, 502, 503, 504];
  const opened = statuses.flatMap((status) =>
    [true, false].map((unrelayable) => opens(outcome, status, unrelayable)),
  );
  expect(opened.includes(true)).toBe(ofTarget.includes(outcome));
});
