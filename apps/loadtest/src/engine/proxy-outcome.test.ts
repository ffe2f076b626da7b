import { expect, it } from 'vitest';
import { fieldOf, proxyOutcomeOf } from './proxy-outcome.ts';

it.each([
  ['spillway; error=connection_limit_reached; details="queue_full"', 'queue_full'],
  ['spillway;error=destination_unavailable;details="breaker_open"', 'breaker_open'],
  ['spillway; details="draining"; error=destination_unavailable', 'draining'],
  ['spillway; error=dns_error', 'dns_error'],
  [
    'nginx; details="a, spillway; details=\\"x\\"", spillway; details="queue_timeout"',
    'queue_timeout',
  ],
  ['spillway; error=dns_timeout, edge.example; error=http_request_error', 'dns_timeout'],
  ['"spillway"; details="queue_full"', 'queue_full'],
])('%s is %s', (value, outcome) => {
  expect(proxyOutcomeOf(value)).toBe(outcome);
});

it.each(['', 'spillway', 'nginx; error=dns_error', 'spillwayish; details="x"'])(
  '%j says nothing of a Spillway’s refusal',
  (value) => {
    expect(proxyOutcomeOf(value)).toBeNull();
  },
);

it('joins repeated lines of a field, whatever their case, texts or bytes', () => {
  const fields = ['Proxy-Status', 'a', 'Date', 'x', 'proxy-status', 'b'];
  expect(fieldOf(fields, 'proxy-status')).toBe('a, b');
  expect(
    fieldOf(
      fields.map((field) => Buffer.from(field)),
      'proxy-status',
    ),
  ).toBe('a, b');
  expect(fieldOf(fields, 'via')).toBeNull();
});
