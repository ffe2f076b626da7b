import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { certificateOf, covers } from './certificate.ts';
import { makeSelfSigned } from './self-signed.ts';

const now = Date.UTC(2026, 11, 1);

test('A self-signed certificate is for this host, for three months, and signed with its key', () => {
  const { cert, names, validFrom, expiresAt } = makeSelfSigned(now, 'Host.test');
  const parsed = new X509Certificate(cert);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.ca).toBe(false);
  expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(names).toEqual(['localhost', 'host.test', '127.0.0.1', '0:0:0:0:0:0:0:1']);
  expect([validFrom, expiresAt]).toEqual([now - 86_400_000, now + 90 * 86_400_000]);
  expect(makeSelfSigned(now).cert).not.toBe(cert);
});

test('A key of another certificate is no pair with it', () => {
  const [one, other] = [makeSelfSigned(now), makeSelfSigned(now)];
  expect(() => certificateOf('a.pem', one.cert, other.key, 'b.key')).toThrow(
    '--tls-key b.key: it is not the key of the certificate in a.pem',
  );
  expect(() => certificateOf('a.pem', 'x', other.key, 'b.key')).toThrow(/^--tls-cert a\.pem: /);
  expect(() => certificateOf('a.pem', one.cert, 'x', 'b.key')).toThrow(/^--tls-key b\.key: /);
});

test('A wildcard covers one label', () => {
  const certificate = { names: ['shop.test', '*.shop.test'] };
  expect(covers(certificate, 'SHOP.test')).toBe(true);
  expect(covers(certificate, 'www.shop.test')).toBe(true);
  expect(covers(certificate, 'a.b.shop.test')).toBe(false);
  expect(covers({ names: ['*.test'] }, 'test')).toBe(false);
});
