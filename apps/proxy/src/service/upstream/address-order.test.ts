import { expect, test } from 'vitest';
import { orderAddresses } from './address-order.ts';

const v4 = (address: string) => ({ address, family: 4 });
const v6 = (address: string) => ({ address, family: 6 });
const order = (...given: Parameters<typeof orderAddresses>) =>
  orderAddresses(...given).map(({ address }) => address);

test('Families alternate, the preferred one first, whatever the order of the lookup', () => {
  const addresses = [v6('::1'), v6('::2'), v6('::3'), v4('10.0.0.1')];
  expect(order(addresses, 6, 0)).toEqual(['::1', '10.0.0.1', '::2', '::3']);
  expect(order(addresses, 4, 0)).toEqual(['10.0.0.1', '::1', '::2', '::3']);
});

test('Each turn begins with another address of the preferred family', () => {
  const addresses = [v4('10.0.0.1'), v4('10.0.0.2'), v6('::1')];
  const firsts = [0, 1, 2, 3].map((turn) => order(addresses, 4, turn)[0]);
  expect(firsts).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']);
  expect(order(addresses, 4, 1)).toEqual(['10.0.0.2', '::1', '10.0.0.1']);
});
