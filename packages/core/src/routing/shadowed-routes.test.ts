import { expect, it } from 'vitest';
import type { RouteConditions } from './route-conditions.ts';
import { shadowedRoutes } from './shadowed-routes.ts';

const shadowed = (...routes: RouteConditions[]) =>
  shadowedRoutes(routes).map(({ position, by }) => [position, by.map((it) => routes.indexOf(it))]);

it('finds a route with an identical earlier one, however it is written', () => {
  expect(shadowed({ path: '/a' }, { path: '/b' }, { path: '/a' })).toEqual([[2, [0]]]);
  expect(shadowed({}, { path: '/' })).toEqual([[1, [0]]]);
  expect(shadowed({ host: 'a.test' }, { host: 'A.test.' })).toEqual([[1, [0]]]);
  expect(shadowed({ host: '*.test' }, { host: '*.TEST' })).toEqual([[1, [0]]]);
});

it('finds one of which other routes take all methods', () => {
  expect(
    shadowed({ methods: ['GET'] }, { methods: ['PUT', 'POST'] }, { methods: ['POST', 'GET'] }),
  ).toEqual([[2, [1, 0]]]);
  expect(shadowed({ methods: ['GET'] }, { methods: ['GET', 'PUT'] })).toEqual([]);
});

it('finds one of which the fields are a case of an earlier one', () => {
  const value = (it: string): RouteConditions => ({ headers: { 'X-A': it } });
  const prefix = (it: string): RouteConditions => ({ headers: { 'x-a': { prefix: it } } });
  const present = (it: boolean): RouteConditions => ({ headers: { 'x-a': { present: it } } });
  expect(shadowed(prefix('be'), value('beta'))).toEqual([[1, [0]]]);
  expect(shadowed(prefix('be'), prefix('beta'))).toEqual([[1, [0]]]);
  expect(shadowed(present(true), prefix('beta'), value('x'))).toEqual([
    [1, [0]],
    [2, [0]],
  ]);
  expect(shadowed(prefix(''), present(true))).toEqual([[1, [0]]]);
  expect(shadowed(value('beta'), prefix('be'), present(true), present(false))).toEqual([]);
});

it('finds nothing where paths or hosts differ', () => {
  expect(
    shadowed({}, { host: '*.test' }, { host: 'a.test' }, { path: '/a' }, { path: '/a/' }),
  ).toEqual([]);
});
