import { expect, it } from 'vitest';
import { routeFaults } from './route-faults.ts';

it.each([
  { host: 'api.example.com' },
  { host: '*.example.com.' },
  { host: '[2001:db8::1]' },
  { host: '10.0.0.1' },
  { host: 'my_service' },
  { path: '/' },
  { path: '/v1/caf%C3%A9/@a;b=c' },
  { methods: ['GET', 'PROPFIND'] },
  { headers: { 'X-A': 'b' } },
  {},
])('accepts %j', (route) => {
  expect(routeFaults(route)).toEqual([]);
});

it.each([
  [{ host: 'http://api.example.com' }, 'host'],
  [{ host: 'api.example.com:80' }, 'host'],
  [{ host: 'api.example.com/v1' }, 'host'],
  [{ host: '*' }, 'host'],
  [{ host: '*.' }, 'host'],
  [{ host: 'api.*.com' }, 'host'],
  [{ host: 'bücher.example' }, 'host'],
  [{ host: '' }, 'host'],
  [{ host: '[::g]' }, 'host'],
  [{ host: '[::1]:80' }, 'host'],
  [{ path: 'v1' }, 'path'],
  [{ path: '' }, 'path'],
  [{ path: '/v1?x' }, 'path'],
  [{ path: '/v1#x' }, 'path'],
  [{ path: '/a b' }, 'path'],
  [{ path: '/é' }, 'path'],
  [{ methods: [] }, 'methods'],
  [{ methods: ['get'] }, 'methods'],
  [{ methods: ['A B'] }, 'methods'],
  [{ headers: { 'X A': 'b' } }, 'headers'],
  [{ headers: { 'X-A': 'b', 'x-a': 'c' } }, 'headers'],
])('refuses %j', (route, key) => {
  expect(routeFaults(route).map((it) => it.key)).toEqual([key]);
});
