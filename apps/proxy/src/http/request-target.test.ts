import { expect, test } from 'vitest';
import { isAuthority, parseRequestTarget, pathOf } from './request-target.ts';

test.each([
  ['GET', '/a/../b//c;x?y=%2e&z', '/a/../b//c;x?y=%2e&z', null],
  ['GET', 'http://host:8080/p?q', '/p?q', 'host:8080'],
  ['GET', 'HTTP://host', '/', 'host'],
  ['GET', 'https://host?q', '/?q', 'host'],
  ['GET', 'http://[2001:db8::1]:80/p', '/p', '[2001:db8::1]:80'],
  ['OPTIONS', '*', '*', null],
  ['OPTIONS', 'http://host', '*', 'host'],
])('%s %s goes to %s', (method, target, path, authority) => {
  expect(parseRequestTarget(method, target)).toEqual({ path, authority });
});

test.each([
  ['GET', '*'],
  ['GET', 'host:80'],
  ['GET', 'ftp://host/'],
  ['GET', 'http://user@host/'],
  ['GET', 'http:///path'],
  ['GET', '/a#fragment'],
  ['GET', ''],
])('%s %s is in no form that is forwarded', (method, target) => {
  expect(parseRequestTarget(method, target)).toBeNull();
});

test.each([
  ['/a?b', '/a?b'],
  ['http://host:8080/a?b', '/a?b'],
  ['HTTP://host', '/'],
  ['*', ''],
  ['ftp://host/a', ''],
])('the path of %s is %j', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

test.each(['host', 'host:80', '127.0.0.1', '[::1]:8080', 'a_b.example'])(
  '%s is an authority',
  (text) => {
    expect(isAuthority(text)).toBe(true);
  },
);

test.each(['', 'a b', 'a/b', 'a@b', 'a:b', 'a,b', '[::1', 'a:80:80'])(
  '%j is no authority',
  (text) => {
    expect(isAuthority(text)).toBe(false);
  },
);
