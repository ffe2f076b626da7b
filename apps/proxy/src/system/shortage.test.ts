import { expect, test } from 'vitest';
import { outOfDescriptors, shortageOf } from './shortage.ts';

const failed = (code: string, more: object = {}) => Object.assign(new Error(code), { code }, more);

test.each([
  ['EMFILE', 'descriptors'],
  ['ENFILE', 'descriptors'],
  ['EADDRNOTAVAIL', 'ports'],
  ['EAGAIN', 'ports'],
  ['ENOBUFS', 'memory'],
  ['ENOMEM', 'memory'],
  ['ECONNREFUSED', null],
  ['ENETUNREACH', null],
  ['UND_ERR_SOCKET', null],
])('%s is a shortage of %s', (code, kind) => {
  expect(shortageOf(failed(code))).toBe(kind);
});

test('Of several addresses each has to fail for want of something', () => {
  const both = (one: string, other: string) =>
    failed(one, { errors: [failed(one), failed(other)] });
  expect(shortageOf(both('EMFILE', 'EMFILE'))).toBe('descriptors');
  // As on a machine without IPv6 whose target is down.
  expect(shortageOf(both('EADDRNOTAVAIL', 'ECONNREFUSED'))).toBe(null);
});

test('A name that is not found is no shortage while there are descriptors', () => {
  expect(outOfDescriptors()).toBe(false);
  expect(shortageOf(failed('ENOTFOUND', { syscall: 'getaddrinfo' }))).toBe(null);
});
