import fc from 'fast-check';
import { expect, it } from 'vitest';
import { explainRoutes } from './explain-routes.ts';
import type { FieldCondition, RouteConditions } from './route-conditions.ts';
import { RouteTable } from './route-table.ts';
import { shadowedRoutes } from './shadowed-routes.ts';

const hosts = ['a.test', 'b.a.test', 'c.b.a.test', 'test', 'xa.test'];
const patterns = [undefined, 'a.test', 'b.a.test', '*.a.test', '*.test', '*.b.a.test'];
const segments = ['/', '/v', '/v/', '/v/w', '/vw', '//', '/v//w', '/..', '/%76'];
const conditions: FieldCondition[] = ['1', '2', { prefix: '1' }, { present: true }];

const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const someMethods = fc.uniqueArray(fc.constantFrom('GET', 'PUT'), { minLength: 1 });
const condition = fc.constantFrom<FieldCondition>(...conditions, { present: false });
const path = fc
  .array(fc.constantFrom(...segments), { minLength: 1, maxLength: 2 })
  .map((all) => all.join(''));
const routes = fc.array(
  fc.record({
    host: fc.constantFrom(...patterns),
    path: option(path),
    methods: option(someMethods),
    headers: option(fc.dictionary(fc.constantFrom('f', 'g'), condition)),
  }),
  { maxLength: 12 },
);
const request = fc.record({
  host: fc.constantFrom(...hosts),
  path: fc.oneof(path, fc.constant('*')),
  query: fc.constantFrom('', '?', '?/v/w'),
  method: fc.constantFrom('GET', 'PUT'),
  fields: fc.dictionary(fc.constantFrom('f', 'g'), fc.constantFrom('1', '2', '12'), {
    noNullPrototype: true,
  }),
});

/** The words of the documentation, one after the other, over a plain list. */
const reference = (
  all: readonly RouteConditions[],
  it: typeof request extends fc.Arbitrary<infer R> ? R : never,
) => {
  const takes = (route: RouteConditions): boolean => {
    const { host, path: prefix = '/', methods, headers = {} } = route;
    if (host?.startsWith('*.')) {
      if (!new RegExp(`^.+${host.slice(1).replaceAll('.', '\\.')}$`).test(it.host)) return false;
    } else if (host !== undefined && host !== it.host) return false;
    const below = prefix.endsWith('/') ? prefix : `${prefix}/`;
    if (prefix !== '/' && it.path !== prefix && !it.path.startsWith(below)) return false;
    if (methods !== undefined && !methods.includes(it.method)) return false;
    return Object.entries(headers).every(([name, wanted]) => {
      const value: string | undefined = it.fields[name];
      if (typeof wanted === 'string') return value === wanted;
      if ('prefix' in wanted) return value?.startsWith(wanted.prefix) === true;
      return wanted.present === (value !== undefined);
    });
  };
  const pathLength = ({ path: prefix = '/' }: RouteConditions) =>
    prefix === '/' ? 0 : prefix.length;
  const hostLength = ({ host }: RouteConditions) =>
    host === undefined ? 0 : host.startsWith('*') ? host.length : 1000 + host.length;
  return all
    .map((route, position) => ({ route, position }))
    .filter(({ route }) => takes(route))
    .sort(
      (a, b) =>
        hostLength(b.route) - hostLength(a.route) ||
        pathLength(b.route) - pathLength(a.route) ||
        Number(b.route.methods !== undefined) - Number(a.route.methods !== undefined) ||
        Object.keys(b.route.headers ?? {}).length - Object.keys(a.route.headers ?? {}).length ||
        a.position - b.position,
    );
};

it('equals a plain list that is filtered and sorted, and the explanation says the same', () => {
  let matched = 0;
  const property = fc.property(routes, fc.array(request, { minLength: 5 }), (all, requests) => {
    const table = new RouteTable<RouteConditions>(all);
    for (const one of requests) {
      const fieldOf = (name: string): string | undefined => one.fields[name];
      const expected = reference(all, one);
      const raw = one.path + one.query;
      const found = table.match(one.host, raw, one.method, fieldOf);
      expect(found).toBe(expected[0]?.route ?? null);
      if (found !== null) matched++;
      const explained = explainRoutes(all, one.host, raw, one.method, fieldOf);
      expect(explained).toHaveLength(all.length);
      const would = explained.filter(({ verdict }) => /chosen|outranked/.test(verdict.why));
      expect(would.map((it) => it.position)).toEqual(expected.map((it) => it.position));
      expect(would.map((it) => it.verdict.why)).toEqual(
        expected.map((_, i) => (i === 0 ? 'chosen' : 'outranked')),
      );
    }
  });
  fc.assert(property, { seed: 21, numRuns: 1000 });
  expect(matched).toBeGreaterThan(1000);
});

const everyRequest = hosts
  .slice(0, 2)
  .flatMap((host) =>
    ['/v', '/v/w', '/x'].flatMap((onePath) =>
      ['GET', 'PUT', 'OTHER'].flatMap((method) =>
        [undefined, '1', '12', '2', 'z'].flatMap((f) =>
          [undefined, '1', '12', '2', 'z'].map((g) => ({ host, path: onePath, method, f, g })),
        ),
      ),
    ),
  );

it('calls a route shadowed only if no request reaches it, and always where fields play no part', () => {
  const routesWith = (headers: fc.Arbitrary<Record<string, FieldCondition> | undefined>) =>
    fc.array(
      fc.record({
        host: fc.constantFrom(undefined, 'a.test'),
        path: fc.constantFrom(undefined, '/', '/v'),
        methods: option(someMethods),
        headers,
      }),
      { maxLength: 8, size: 'max' },
    );
  const fields = fc.dictionary(fc.constantFrom('f', 'g'), condition, { maxKeys: 1 });
  const someRoutes = fc.oneof(routesWith(fc.constant(undefined)), routesWith(option(fields)));
  let seen = 0;
  const property = fc.property(someRoutes, (all) => {
    const table = new RouteTable<RouteConditions>(all);
    const reached = new Set<RouteConditions | null>();
    for (const { host, path: onePath, method, f, g } of everyRequest) {
      reached.add(table.match(host, onePath, method, (name) => (name === 'f' ? f : g)));
    }
    const shadowed = shadowedRoutes<RouteConditions>(all);
    seen += shadowed.length;
    // What several routes take together by their fields, such as present and not present, it does not see.
    for (const { route, by } of shadowed) {
      expect(reached.has(route)).toBe(false);
      expect(by.length).toBeGreaterThan(0);
    }
    const alone = all.every(({ headers = {} }) => Object.keys(headers).length === 0);
    if (alone)
      expect(all.length - shadowed.length).toBe(all.filter((it) => reached.has(it)).length);
  });
  fc.assert(property, { seed: 22, numRuns: 1000 });
  expect(seen).toBeGreaterThan(500);
});
