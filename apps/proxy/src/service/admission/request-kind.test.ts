import { expect, test } from 'vitest';
import { kindOf } from './request-kind.ts';

const kind = (method: string, target: string): number => kindOf({ method, target });

test.each([
  ['/cart/7', '/cart/8'],
  ['/cart/7/items/2b', '/cart/99/items/1'],
  ['http://host/cart', '/cart'],
  ['HTTP://other:81/cart/8', '/cart/9'],
  ['/cart?page=1&all', '/cart?page=2&all'],
  ['/cart?page=a%26b=c', '/cart?page=d'],
])('GET %s is of the kind of GET %s', (one, other) => {
  expect(kind('GET', one)).toBe(kind('GET', other));
});

test('another method, path or parameter is another kind', () => {
  const kinds = [
    kind('GET', '/cart'),
    kind('POST', '/cart'),
    kind('GET', 'http://host/checkout'),
    kind('GET', '/cart/items'),
    kind('GET', '/cart/7/items'),
    kind('GET', '/cart?wait=1'),
    kind('GET', '/cart?page=1'),
    kind('GET', '/cart?page=1&wait=1'),
  ];
  expect(new Set(kinds).size).toBe(kinds.length);
});
