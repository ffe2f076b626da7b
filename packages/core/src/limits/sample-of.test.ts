import { outcomeNames, outcomes } from '@spillway/contracts';
import { expect, it } from 'vitest';
import { sampleOf } from './sample-of.ts';

const noDeadline = { receivedAt: 0, deadline: Infinity };
const quick = { startedAt: 0, endedAt: 10 };

it.each([
  ['ok', 200, 'success'],
  ['ok', 404, 'ignored'],
  ['ok', 429, 'dropped'],
  ['upstream_error', 429, 'dropped'],
  ['upstream_error', 404, 'ignored'],
  ['upstream_error', 500, 'ignored'],
  ['upstream_error', 502, 'dropped'],
  ['upstream_error', 503, 'dropped'],
  ['upstream_error', 504, 'dropped'],
  ['connection_timeout', 0, 'dropped'],
  ['connection_read_timeout', 0, 'dropped'],
  ['connection_refused', 0, 'ignored'],
  ['client_gone', 0, 'ignored'],
  ['client_gone', 200, 'ignored'],
] as const)('an attempt that ends as %s with status %d is %s', (outcome, status, sample) => {
  expect(sampleOf(noDeadline, { outcome, status, ...quick }, Infinity)).toBe(sample);
});

it.each([
  ['most of the time', 600, Infinity, 'dropped'],
  ['long for an attempt', 300, 250, 'dropped'],
  ['a short time after a long wait', 300, 900, 'ignored'],
] as const)(
  'an attempt cut by the deadline after %s (%d ms, long is %d) is %s',
  (_what, tookMs, longMs, sample) => {
    const course = { receivedAt: 0, deadline: 1000 };
    const attempt = { outcome: 'http_response_timeout', status: 0 } as const;
    const times = { startedAt: 1000 - tookMs, endedAt: 1000 };
    expect(sampleOf(course, { ...attempt, ...times }, longMs)).toBe(sample);
  },
);

it('no refusal of ours says anything', () => {
  const refusals = outcomeNames.filter((name) => outcomes[name].refusedBy !== null);
  for (const name of refusals) expect(outcomes[name].sample).toBe('ignored');
});
