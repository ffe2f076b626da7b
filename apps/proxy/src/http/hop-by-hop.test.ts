import { expect, test } from 'vitest';
import { connectionOptions, isHopByHop, viaValue } from './hop-by-hop.ts';

test('the fields of RFC 9110 section 7.6.1 are hop-by-hop, Trailer and Content-Length are not', () => {
  for (const name of ['connection', 'keep-alive', 'te', 'transfer-encoding', 'upgrade']) {
    expect(isHopByHop(name)).toBe(true);
  }
  for (const name of ['trailer', 'content-length', 'host']) expect(isHopByHop(name)).toBe(false);
});

test('Connection names fields in any case, beside close and keep-alive', () => {
  expect(connectionOptions('close, X-One ,  x-TWO,,keep-alive')).toEqual(
    new Set(['x-one', 'x-two']),
  );
});

test.each([undefined, 'close', 'keep-alive', 'Keep-Alive', ' , '])(
  '%j names none',
  (connection) => {
    expect(connectionOptions(connection)).toBeNull();
  },
);

test('Via names the version in which the message came', () => {
  expect(viaValue('1.0', 'spillway-0123abcd')).toBe('1.0 spillway-0123abcd');
});
