import { expect, test } from 'vitest';
import { patienceOf } from './patience.ts';

const clientWith = (fields: Record<string, string>) => ({ field: (name: string) => fields[name] });

const names = ['request-timeout', 'x-request-timeout', 'grpc-timeout'];

test.each([
  [{ 'request-timeout': '5' }, 5000],
  [{ 'request-timeout': '2.5s' }, 2500],
  [{ 'x-request-timeout': '500ms' }, 500],
  [{ 'grpc-timeout': '100m' }, 100],
  [{ 'grpc-timeout': '3S' }, 3000],
  [{ 'grpc-timeout': '1H' }, 3_600_000],
  [{ 'grpc-timeout': '99999999H' }, 86_400_000],
  [{ 'request-timeout': '0' }, 0],
  [{ 'request-timeout': '1', 'x-request-timeout': '2' }, 1000],
])('%j is a patience of %d ms', (headers, ms) => {
  expect(patienceOf(clientWith(headers), names)).toBe(ms);
});

test.each([
  [{}],
  [{ 'request-timeout': '' }],
  [{ 'request-timeout': '-1' }],
  [{ 'request-timeout': '1e3' }],
  [{ 'request-timeout': '1, 2' }],
  [{ 'request-timeout': '5m' }],
  [{ 'grpc-timeout': '100' }],
  [{ 'grpc-timeout': '123456789S' }],
])('%j says nothing', (headers) => {
  expect(patienceOf(clientWith(headers), names)).toBeNull();
});

test('a field that can not be read leaves the word to the next', () => {
  expect(patienceOf(clientWith({ 'request-timeout': 'soon', 'grpc-timeout': '1S' }), names)).toBe(
    1000,
  );
});

test('only the configured fields are read', () => {
  expect(patienceOf(clientWith({ 'request-timeout': '5' }), [])).toBeNull();
});
