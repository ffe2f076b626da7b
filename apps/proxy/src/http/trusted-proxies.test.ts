import { expect, test } from 'vitest';
import { TrustedProxies } from './trusted-proxies.ts';

const trusted = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

function clientOf(peer: string | undefined, forwardedFor?: string): string | null {
  return trusted.clientOf({ remoteAddress: peer, field: () => forwardedFor });
}

test.each([
  ['198.51.100.1', undefined, '198.51.100.1'],
  ['::ffff:198.51.100.1', undefined, '198.51.100.1'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', '198.51.100.7', '198.51.100.7'],
  ['::ffff:10.1.2.3', '::ffff:198.51.100.7', '198.51.100.7'],
  ['fd00::1', '2001:db8::7', '2001:db8::7'],
  ['192.0.2.1', '198.51.100.7, 10.0.0.9', '198.51.100.7'],
  ['10.1.2.3', '198.51.100.7:4711', '198.51.100.7'],
  ['10.1.2.3', '[2001:db8::7]:4711', '2001:db8::7'],
  ['10.1.2.3', '10.0.0.8, 10.0.0.9', '10.0.0.8'],
])('the client of %s that forwards for %s is %s', (peer, forwardedFor, client) => {
  expect(clientOf(peer, forwardedFor)).toBe(client);
});

test('nobody is made another by what a peer that is not trusted says', () => {
  expect(clientOf('198.51.100.1', '192.0.2.77')).toBe('198.51.100.1');
});

test('what a client itself claimed stands before its address, and does not count', () => {
  expect(clientOf('10.1.2.3', '192.0.2.77, 198.51.100.7')).toBe('198.51.100.7');
});

test.each(['unknown', '', ',', '999.1.1.1', '_hidden'])('%j is nobody: the peer stays', (text) => {
  expect(clientOf('10.1.2.3', text)).toBe('10.1.2.3');
});

test('a connection that is gone has no client', () => {
  expect(clientOf(undefined, '198.51.100.7')).toBeNull();
  expect(trusted.has(undefined)).toBe(false);
});

test('without ranges nobody is trusted', () => {
  expect(new TrustedProxies([]).has('127.0.0.1')).toBe(false);
});
