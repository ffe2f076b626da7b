import { STATUS_CODES } from 'node:http';
import { expect, test } from 'vitest';
import { outcomeNames, outcomes, refusedBy } from './outcomes.ts';

test('the set of outcomes is the documented one', () => {
  expect(outcomeNames).toEqual([
    'ok',
    'upstream_error',
    'connection_refused',
    'dns_error',
    'dns_timeout',
    'connection_timeout',
    'connection_terminated',
    'http_protocol_error',
    'http_response_incomplete',
    'connection_read_timeout',
    'http_response_timeout',
    'queue_full',
    'queue_timeout',
    'deadline_unreachable',
    'overloaded',
    'displaced',
    'key_limit',
    'event_loop_overloaded',
    'memory_overloaded',
    'connections_overloaded',
    'breaker_open',
    'proxy_internal_error',
    'loop_detected',
    'draining',
    'no_route',
    'client_gone',
    'client_error',
  ]);
});

test.each(outcomeNames)('%s has a status that exists, or none', (name) => {
  const { status } = outcomes[name];
  expect(status === null || status === 499 || status.toString() in STATUS_CODES).toBe(true);
});

test('what refuses a request is told apart', () => {
  expect(refusedBy('queue')).toEqual([
    'queue_full',
    'queue_timeout',
    'deadline_unreachable',
    'overloaded',
    'displaced',
  ]);
  expect(refusedBy('key_limit')).toEqual(['key_limit']);
  expect(refusedBy('self_protection')).toEqual([
    'event_loop_overloaded',
    'memory_overloaded',
    'connections_overloaded',
  ]);
  expect(refusedBy('breaker')).toEqual(['breaker_open']);
});

test('what we refuse or the client does never counts against an upstream', () => {
  const refused = outcomeNames.filter((name) => outcomes[name].refusedBy !== null);
  const others = ['draining', 'client_gone', 'client_error', 'http_response_timeout'] as const;
  for (const name of [...refused, ...others]) {
    expect(outcomes[name]).toMatchObject({ breakerFailure: false, retry: 'never' });
  }
});

test('only what was never sent is repeated for every method', () => {
  const anyMethod = outcomeNames.filter((name) => outcomes[name].retry === 'any_method');
  expect(anyMethod).toEqual([
    'connection_refused',
    'dns_error',
    'dns_timeout',
    'connection_timeout',
  ]);
});

test('timeouts and queue refusals are failures', () => {
  for (const name of outcomeNames) {
    const { timeout, queueRejected, class: kind } = outcomes[name];
    if (timeout || queueRejected) expect(kind).toBe('failure');
    expect(queueRejected).toBe(outcomes[name].refusedBy === 'queue');
  }
});
