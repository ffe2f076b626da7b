import { expect, test } from 'vitest';
import { kindOf } from './request-kind.ts';

const routeTo = (method: string, target: string): number => kindOf({ method, target });

test.each(['/cart/7?all', '/cart?all', 'http://host/cart', 'HTTP://other:81/cart/8'])(
  'GET %s takes the route of GET /cart',
  (url) => expect(routeTo('GET', url)).toBe(routeTo('GET', '/cart')),
);

test('other methods and other first segments take routes of their own', () => {
  const routes = [
    routeTo('GET', '/cart'),
    routeTo('POST', '/cart'),
    routeTo('GET', 'http://host/checkout'),
  ];
  expect(new Set(routes).size).toBe(3);
});
