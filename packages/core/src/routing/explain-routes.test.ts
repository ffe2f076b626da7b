import { expect, it } from 'vitest';
import { explainRoutes } from './explain-routes.ts';

it('lists those asked in their order, each with its reason, and then the others', () => {
  const routes = [
    { service: 'rest' },
    { service: 'v1', path: '/v1' },
    { service: 'write', path: '/v1', methods: ['POST'] },
    { service: 'beta', host: 'api.example.com', path: '/v1', headers: { 'X-Stage': 'beta' } },
    { service: 'elsewhere', host: '*.example.org' },
    { service: 'reports', path: '/reports' },
  ];
  const explained = explainRoutes(routes, 'api.example.com:80', '/v1/x?y', 'GET', () => undefined);
  expect(
    explained.map(({ route, position, verdict }) => [route.service, position, verdict]),
  ).toEqual([
    ['beta', 3, { why: 'field', field: 'x-stage' }],
    ['write', 2, { why: 'method' }],
    ['v1', 1, { why: 'chosen' }],
    ['rest', 0, { why: 'outranked' }],
    ['elsewhere', 4, { why: 'host' }],
    ['reports', 5, { why: 'path' }],
  ]);
});
