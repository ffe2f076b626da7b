import { expect, test } from 'vitest';
import { contextWith } from '../../../../test/cli/lint-context.ts';
import type { ProxyConfig } from '../../../config/proxy-options.ts';
import type { Certificate } from '../../../tls/certificate.ts';
import type { LintContext } from './finding.ts';
import { lint, tlsRules } from './rules.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 11, 1);

const read = (names: string[], leftDays: number, lifeDays = 90) => {
  const expiresAt = now + leftDays * dayMs;
  const certificate: Certificate = {
    ...{ source: 'a.pem', cert: '', key: '', names },
    ...{ expiresAt, validFrom: expiresAt - lifeDays * dayMs },
  };
  return { certFile: 'a.pem', certificate, fault: null };
};

const given: Partial<ProxyConfig> = { tlsCertFiles: ['a.pem'], tlsKeyFiles: ['a.key'] };

const found = (around: Partial<LintContext>, changes: Partial<ProxyConfig> = {}) =>
  lint([contextWith({ ...given, ...changes }, { now, ...around })])
    .filter(({ rule }) => rule in tlsRules)
    .map(({ rule, severity }) => [rule, severity]);

test('A certificate that cannot be used is an error', () => {
  const bad = { certFile: 'a.pem', certificate: null, fault: 'it is not the key of it' };
  expect(found({ certificates: [bad] })).toEqual([['certificate-unusable', 'error']]);
});

test('A certificate that expires is told in time, by its own life', () => {
  const left = (days: number, life?: number) => found({ certificates: [read([], days, life)] });
  expect(left(15)).toEqual([]);
  expect(left(13)).toEqual([['certificate-expires', 'warning']]);
  expect(left(2, 6)).toEqual([]);
  expect(left(1, 6)).toEqual([['certificate-expires', 'warning']]);
  expect(left(0)).toEqual([['certificate-expires', 'error']]);
});

test('Hosts of routes need a name of a certificate', () => {
  const certificates = [read(['shop.test', '*.shop.test'], 80)];
  const hosts = (...routeHosts: string[]) => found({ certificates, routeHosts });
  expect(hosts('shop.test', 'www.shop.test:8443', '*.shop.test')).toEqual([]);
  expect(hosts('a.b.shop.test')).toEqual([['host-without-certificate', 'warning']]);
  expect(hosts('*.test')).toEqual([['host-without-certificate', 'warning']]);
  expect(found({ routeHosts: ['shop.test'] })).toEqual([]);
});

test('A TLS listener that everybody reaches shows nobody the metrics without a token', () => {
  const certificates = [read([], 80)];
  const open = { host: '0.0.0.0' };
  expect(found({ certificates }, open)).toEqual([['admin-endpoints-on-edge', 'warning']]);
  expect(found({ certificates }, { ...open, adminToken: 's3cret' })).toEqual([]);
  expect(found({ certificates }, { ...open, adminPort: 8081 })).toEqual([]);
  expect(found({ certificates }, { host: '127.0.0.1' })).toEqual([]);
});
