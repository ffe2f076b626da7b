import { expect, test } from 'vitest';
import { forwardedElement, forwardedNode, translateClaims } from './forwarded.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '"[2001:db8::1]"'],
  ['fe80::1%eth0', '"[fe80::1]"'],
  ['192.0.2.1:80', '"192.0.2.1:80"'],
  ['[2001:db8::1]:80', '"[2001:db8::1]:80"'],
  ['unknown', 'unknown'],
  ['1.2.3.4";proto=https', 'unknown'],
  ['', 'unknown'],
])('RFC 7239 6: %s as a node is %s', (address, node) => {
  expect(forwardedNode(address)).toBe(node);
});

test('RFC 7239 4: a host is a token where it can be, and quoted where it cannot', () => {
  expect(forwardedElement('x', 'a.example', 'http')).toBe('for=x;host=a.example;proto=http');
  expect(forwardedElement('x', '[::1]:80', 'http')).toBe('for=x;host="[::1]:80";proto=http');
  expect(forwardedElement('x', 'a=b', undefined)).toBe('for=x;host="a=b"');
  expect(forwardedElement('x', null, undefined)).toBe('for=x');
});

test('RFC 7239 7.4: what is no host and no scheme is left out of a translation', () => {
  const odd = { for: '192.0.2.1,, x', host: 'a"b, c', proto: 'ht tp' };
  expect(translateClaims(odd)).toBe('for=192.0.2.1, for=unknown, for=unknown');
  expect(translateClaims({ ...odd, host: 'a, b', proto: 'https, http' })).toBe(
    'for=192.0.2.1;host=a;proto=https, for=unknown, for=unknown',
  );
  expect(translateClaims({ ...odd, for: undefined })).toBeUndefined();
});
