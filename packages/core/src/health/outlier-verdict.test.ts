import { outcomeNames } from '@spillway/contracts';
import { expect, it } from 'vitest';
import { outlierVerdict } from './outlier-verdict.ts';

it('counts any 5xx, also 500, which the breaker leaves to the application', () => {
  for (const status of [500, 502, 503, 504, 599]) {
    expect(outlierVerdict('upstream_error', status, false)).toBe('failure');
  }
});

it('counts every way in which a target cannot be used, and nothing that others ended', () => {
  const failures = outcomeNames.filter((name) => outlierVerdict(name, 0, false) === 'failure');
  expect(failures).toEqual([
    'connection_refused',
    'dns_error',
    'dns_timeout',
    'connection_timeout',
    'connection_terminated',
    'http_protocol_error',
    'http_response_incomplete',
    'connection_read_timeout',
  ]);
  for (const name of ['client_gone', 'http_response_timeout', 'queue_full', 'draining'] as const) {
    expect(outlierVerdict(name, 0, false)).toBe('ignored');
  }
  expect(outlierVerdict('ok', 404, true)).toBe('success');
});

it('counts a request that ran out of its own time only where this target had most of it', () => {
  expect(outlierVerdict('http_response_timeout', 0, true)).toBe('failure');
  expect(outlierVerdict('http_response_timeout', 0, false)).toBe('ignored');
  expect(outlierVerdict('client_gone', 0, true)).toBe('ignored');
});
