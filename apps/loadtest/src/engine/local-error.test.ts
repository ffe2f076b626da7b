import { describe, expect, it } from 'vitest';
import { localErrorOf } from './local-error.ts';

const coded = (code: string, address = '127.0.0.1') =>
  Object.assign(new Error(code), { code, address });
/** As node:net makes it: with the code of the first. */
const all = (...errors: ReturnType<typeof coded>[]) =>
  Object.assign(new AggregateError(errors), { code: errors[0]?.code });

describe('a local error', () => {
  it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAI_MEMORY'])(
    'is %s',
    (code) => {
      expect(localErrorOf(coded(code))).toBe(code);
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ENETUNREACH', 'EPIPE'])(
    'is not %s',
    (code) => {
      expect(localErrorOf(coded(code))).toBeNull();
    },
  );

  it('is none without an error', () => {
    expect(localErrorOf(null)).toBeNull();
  });
});

describe('of several addresses', () => {
  it('one that could not be tried for want of something tells', () => {
    expect(localErrorOf(all(coded('ECONNREFUSED', '::1'), coded('EMFILE')))).toBe('EMFILE');
    expect(localErrorOf(all(coded('ECONNREFUSED', '::1'), coded('EADDRNOTAVAIL')))).toBe(
      'EADDRNOTAVAIL',
    );
  });

  it('an IPv6 address that this machine never has does not, while there is another', () => {
    const absent = coded('EADDRNOTAVAIL', '::1');
    expect(localErrorOf(all(absent, coded('ECONNREFUSED')))).toBeNull();
    expect(localErrorOf(all(absent, coded('EMFILE')))).toBe('EMFILE');
    expect(localErrorOf(all(absent))).toBe('EADDRNOTAVAIL');
  });
});
