import { expect, test } from 'vitest';
import { ConnectionLimits, networkOf } from './connection-limits.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('Neighbours in one /64 share its places, and give them back', () => {
  const limits = new ConnectionLimits(() => ({
    ...{ maxClientConnections: null, maxClientConnectionsPerAddress: 2 },
  }));
  const first = limits.enterAddress('2001:db8::1');
  expect(first).not.toBeNull();
  expect(limits.enterAddress('2001:db8::2')).toBe(first);
  expect(limits.enterAddress('2001:db8::3')).toBeNull();
  expect(limits.enterAddress('2001:db8:0:1::1')).not.toBeNull();
  limits.leaveAddress(first as string);
  expect(limits.enterAddress('2001:db8::3')).toBe(first);
});
