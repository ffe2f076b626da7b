import { expect, test } from 'vitest';
import { failureOfError, failureOfStatus, parseAnswer } from './answer.ts';
import { ownUrl } from './own-url.ts';

const origin = 'http://localhost:8080';

test.each([
  ['/proxy-dashboard', '/proxy-metrics'],
  ['/proxy-dashboard/', '/proxy-metrics'],
  ['/behind/a/prefix/proxy-dashboard', '/behind/a/prefix/proxy-metrics'],
  ['/elsewhere', '/proxy-metrics'],
])('From %s the metrics are at %s', (pathname, expected) => {
  expect(ownUrl('proxy-metrics', { origin, pathname })).toBe(origin + expected);
});

test('Each way to get no answer has a name', () => {
  const timeout = new DOMException('too long', 'TimeoutError');
  expect(failureOfError(timeout).reason).toBe('timeout');
  expect(failureOfError(new TypeError('Failed to fetch')).reason).toBe('unreachable');
  expect([401, 403, 404, 502].map((status) => failureOfStatus(status)?.reason)).toEqual([
    'unauthorized',
    'unauthorized',
    'missing',
    'status',
  ]);
  expect(failureOfStatus(200)).toBeNull();
});

test("What is not JSON, or not the proxy's, is told from its answer", () => {
  const parse = (text: string) => parseAnswer<{ a: number }>(text, ['a']);
  expect(parse('{"a":1}')).toEqual({ kind: 'answer', value: { a: 1 } });
  for (const text of ['<html>', '', 'null', '[]', '{"b":1}']) {
    expect(parse(text)).toMatchObject({ kind: 'failure', reason: 'bad_json' });
  }
});
