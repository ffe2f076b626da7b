import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathRewrite, pathPrefixFault } from './path-rewrite.ts';

describe('Stripping /reports', () => {
  it.each([
    ['/reports/2024?a=b', '/2024?a=b'],
    ['/reports/', '/'],
    ['/reports', '/'],
    ['/reports?a=/reports/', '/?a=/reports/'],
    ['/reports/?', '/?'],
    ['/reports/reports/x', '/reports/x'],
    ['/reportsx', '/reportsx'],
    ['/Reports/x', '/Reports/x'],
    ['/%72eports/x', '/%72eports/x'],
    ['/x/reports/y', '/x/reports/y'],
    ['/reports//x', '//x'],
    ['/reports/../admin', '/../admin'],
    ['/reports/%2e%2e/a%2Fb', '/%2e%2e/a%2Fb'],
    ['*', '*'],
    ['/', '/'],
  ])('%j becomes %j', (path, rewritten) => {
    for (const stripPrefix of ['/reports', '/reports/']) {
      expect(new PathRewrite({ stripPrefix }).apply(path)).toBe(rewritten);
    }
  });
});

describe('Adding /base', () => {
  it.each([
    ['/x?y', '/base/x?y'],
    ['/', '/base/'],
    ['/?y', '/base/?y'],
    ['//x', '/base//x'],
    ['*', '*'],
  ])('%j becomes %j', (path, rewritten) => {
    for (const addPrefix of ['/base', '/base/']) {
      expect(new PathRewrite({ addPrefix }).apply(path)).toBe(rewritten);
    }
  });
});

describe('Stripping /v1 and adding /v2', () => {
  const rewrite = new PathRewrite({ stripPrefix: '/v1', addPrefix: '/v2' });
  it.each([
    ['/v1', '/v2'],
    ['/v1/', '/v2/'],
    ['/v1/x', '/v2/x'],
    ['/v1?x', '/v2?x'],
    ['/v10', '/v2/v10'],
  ])('%j becomes %j', (path, rewritten) => {
    expect(rewrite.apply(path)).toBe(rewritten);
  });
});

it('leaves every path as it is with nothing to do', () => {
  for (const stripPrefix of [undefined, '/']) {
    const rewrite = new PathRewrite({ stripPrefix, addPrefix: stripPrefix });
    for (const path of ['/', '//x', '/a?b', '*']) expect(rewrite.apply(path)).toBe(path);
  }
});

it('begins with a slash always and keeps the query byte for byte', () => {
  const text = fc
    .array(fc.constantFrom('/', 'a', '?', '%2f', '.', '/v1'), { maxLength: 10 })
    .map((all) => `/${all.join('')}`);
  const prefixes = fc.constantFrom(undefined, '/', '/v1', '/v1/', '/a/v1');
  const property = fc.property(text, prefixes, prefixes, (path, stripPrefix, addPrefix) => {
    const rewritten = new PathRewrite({ stripPrefix, addPrefix }).apply(path);
    const query = (it: string): string => (it.includes('?') ? it.slice(it.indexOf('?')) : '');
    expect(rewritten.startsWith('/')).toBe(true);
    expect(query(rewritten)).toBe(query(path));
  });
  fc.assert(property, { seed: 31, numRuns: 1000 });
});

it.each(['/v1', '/', '/a/b/', '/caf%C3%A9', '/..a/b'])('accepts the prefix %j', (text) => {
  expect(pathPrefixFault(text)).toBeNull();
});

it.each(['', 'v1', 'http://a/', '/a?b', '/a#b', '/a b', '/é', '/a/../b', '/.', '/a\r\n'])(
  'refuses the prefix %j',
  (text) => {
    expect(pathPrefixFault(text)).not.toBeNull();
  },
);
