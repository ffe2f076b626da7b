import { describe, expect, it } from 'vitest';
import type { RouteConditions } from './route-conditions.ts';
import { RouteTable } from './route-table.ts';

interface Named extends RouteConditions {
  readonly to: string;
}
const none = () => undefined;
const matcher = (...routes: Named[]) => {
  const table = new RouteTable(routes);
  return (host: string, path: string, method = 'GET', fields: Record<string, string> = {}) =>
    table.match(host, path, method, (name) => fields[name])?.to ?? null;
};

describe('By host', () => {
  const match = matcher(
    { to: 'any' },
    { to: 'all below', host: '*.example.com' },
    { to: 'below eu', host: '*.eu.Example.com' },
    { to: 'api', host: 'API.example.com.' },
    { to: 'v6', host: '[2001:db8:0::1]' },
  );

  it.each([
    ['api.example.com', 'api'],
    ['Api.Example.COM', 'api'],
    ['api.example.com:8443', 'api'],
    ['api.example.com.', 'api'],
    ['api.example.com.:8443', 'api'],
    ['www.example.com', 'all below'],
    ['a.b.example.com', 'all below'],
    ['x.eu.example.com', 'below eu'],
    ['eu.example.com', 'all below'],
    ['example.com', 'any'],
    ['.example.com', 'any'],
    ['notexample.com', 'any'],
    ['example.com.evil.org', 'any'],
    ['[2001:db8::1]', 'v6'],
    ['[2001:DB8::0:1]:8080', 'v6'],
    ['[2001:db8::2]', 'any'],
    ['[::1', 'any'],
    ['', 'any'],
  ])('%j goes to %j', (host, to) => {
    expect(match(host, '/')).toBe(to);
  });

  it('nothing takes a host that no route has', () => {
    expect(matcher({ to: 'api', host: 'api.example.com' })('www.example.com', '/')).toBeNull();
  });
});

describe('By path', () => {
  const match = matcher(
    { to: 'v1', path: '/v1' },
    { to: 'below v1', path: '/v1/' },
    { to: 'chat', path: '/v1/chat' },
    { to: 'rest', path: '/' },
    { to: 'reports', path: '/reports/' },
  );

  it.each([
    ['/v1', 'v1'],
    ['/v1?a=/v1/chat', 'v1'],
    ['/v1/', 'below v1'],
    ['/v1/x', 'below v1'],
    ['/v1/chat', 'chat'],
    ['/v1/chat/', 'chat'],
    ['/v1/chat/completions?stream=1', 'chat'],
    ['/v1/chats', 'below v1'],
    ['/v10', 'rest'],
    ['/V1', 'rest'],
    ['/reports', 'rest'],
    ['/reports/2024', 'reports'],
    ['/', 'rest'],
    ['/?x', 'rest'],
    ['*', 'rest'],
    ['//v1/x', 'rest'],
    ['/%76%31/x', 'rest'],
    ['/v1/../reports/', 'below v1'],
    ['/v1%2Fchat', 'rest'],
  ])('%j goes to %j', (path, to) => {
    expect(match('any.example', path)).toBe(to);
  });

  it('a path beside the longest prefix costs nothing but is not taken', () => {
    expect(matcher({ to: 'v1', path: '/v1' })('h', `/v${'1'.repeat(10_000)}`)).toBeNull();
  });
});

describe('By methods and fields', () => {
  it('a route that wants another method or field leaves the request to the next best', () => {
    const match = matcher(
      { to: 'write', host: 'a', path: '/v1', methods: ['POST', 'PUT'] },
      { to: 'beta', host: 'a', path: '/v1', headers: { 'X-Stage': 'beta' } },
      { to: 'host', host: 'a', headers: { 'x-key': { present: true } } },
      { to: 'wildcard', host: '*.b' },
      { to: 'old', path: '/v1', headers: { 'user-agent': { prefix: 'Old/' } } },
      { to: 'anonymous', path: '/v1', headers: { authorization: { present: false } } },
      { to: 'rest', path: '/v1' },
    );
    expect(match('a', '/v1/x', 'POST')).toBe('write');
    expect(match('a', '/v1/x', 'post')).toBe('anonymous');
    expect(match('a', '/v1/x', 'GET', { 'x-stage': 'beta' })).toBe('beta');
    expect(match('a', '/v1/x', 'GET', { 'x-stage': 'Beta', 'x-key': '' })).toBe('host');
    expect(match('a', '/v1/x', 'GET', { 'user-agent': 'Old/1' })).toBe('old');
    expect(match('a', '/v1/x', 'GET', { authorization: 'x' })).toBe('rest');
    expect(match('a', '/v2', 'GET', { authorization: 'x' })).toBeNull();
  });

  it('of one host and path, what names methods comes first, then more fields, then what was given first', () => {
    const match = matcher(
      { to: 'plain' },
      { to: 'plain again' },
      { to: 'one field', headers: { a: '1' } },
      { to: 'two fields', headers: { a: '1', b: '1' } },
      { to: 'method', methods: ['GET'] },
    );
    expect(match('h', '/', 'GET', { a: '1', b: '1' })).toBe('method');
    expect(match('h', '/', 'POST', { a: '1', b: '1' })).toBe('two fields');
    expect(match('h', '/', 'POST', { a: '1' })).toBe('one field');
    expect(match('h', '/', 'POST')).toBe('plain');
  });
});

it('takes nothing without routes', () => {
  expect(new RouteTable([]).match('h', '/', 'GET', none)).toBeNull();
});
