import { describe, expect, it } from 'vitest';
import { contextWith } from '../../../../test/cli/lint-context.ts';
import type { ProxyConfig } from '../../../config/proxy-options.ts';
import { proxyPresets } from '../../../config/proxy-presets.ts';
import type { LintContext, Severity } from './finding.ts';
import { type LintRuleName, lint, lintRules } from './rules.ts';

interface Case {
  readonly rule: LintRuleName;
  readonly severity: Severity;
  readonly planted: Partial<ProxyConfig>;
  readonly around?: Partial<LintContext>;
  /** The least change that makes the rule quiet. */
  readonly mended: Partial<ProxyConfig>;
  readonly remedy: string;
}

const stops = (ms: number, from: 'file' | 'default'): Partial<LintContext> => {
  const stop = { ms, from, where: 'there' } as const;
  return { stops: { systemd: stop, docker: stop, kubernetes: stop } };
};
const self = { targetHost: '127.0.0.1', targetPort: 8080, port: 8080 };

const named = (name: string, share: number) => ({ name, share });
const path = (name: string, value: string) => ({ name, value });

const cases: readonly Case[] = [
  {
    rule: 'no-target',
    severity: 'warning',
    planted: { targetHost: null },
    mended: { targets: ['http://10.0.0.5'] },
    remedy: '--target http://HOST:PORT',
  },
  {
    rule: 'no-target',
    severity: 'error',
    planted: { targetHost: null },
    around: { production: true },
    mended: { targetHost: 'api' },
    remedy: '--target http://HOST:PORT',
  },
  ...[
    self,
    { ...self, targetHost: 'localhost' },
    { ...self, targetHost: '::1' },
    { ...self, targetHost: '0.0.0.0' },
    { ...self, targetHost: 'This-Machine' },
    { ...self, targetHost: '10.9.9.9' },
    { ...self, targetHost: '10.1.1.1' },
    { targetHost: null, targets: ['http://10.0.0.5', 'http://localhost'], port: 80 },
  ].map(
    (planted): Case => ({
      rule: 'target-is-this-proxy',
      severity: 'error',
      planted,
      mended: { port: 8082 },
      remedy: planted.port === 8080 ? '--port 8081' : '--port 8080',
    }),
  ),
  {
    rule: 'plain-http-to-tls-port',
    severity: 'error',
    planted: { targetHost: 'api.example.com', targetPort: 443 },
    mended: { targetPort: 80 },
    remedy: '--target https://api.example.com',
  },
  {
    rule: 'plain-http-to-tls-port',
    severity: 'error',
    planted: { targetHost: null, targets: ['http://api.example.com:443'] },
    mended: { targets: ['https://api.example.com'] },
    remedy: '--target https://api.example.com',
  },
  {
    rule: 'insecure-target',
    severity: 'warning',
    planted: { targetInsecure: true },
    mended: { targetInsecure: false },
    remedy: '--target-ca FILE',
  },
  {
    rule: 'pool-below-concurrency',
    severity: 'warning',
    planted: { maxConcurrentRequests: 51, poolMaxsize: 50 },
    mended: { poolMaxsize: 51 },
    remedy: '--pool-maxsize 51',
  },
  {
    rule: 'idle-pool-above-maxsize',
    severity: 'warning',
    planted: { poolConnections: 51, poolMaxsize: 50 },
    mended: { poolConnections: 50 },
    remedy: '--pool-connections 50',
  },
  {
    // 30 s queue + 3 x (10 s + 120 s) + 0.5 s + 1 s
    rule: 'attempts-beyond-request-timeout',
    severity: 'warning',
    planted: { requestTimeoutMs: 421_499 },
    mended: { requestTimeoutMs: 421_500 },
    remedy: '--request-timeout 421500ms',
  },
  {
    rule: 'request-below-read-timeout',
    severity: 'warning',
    planted: { requestTimeoutMs: 60_000 },
    mended: { readTimeoutMs: 60_000 },
    remedy: '--read-timeout 1m',
  },
  {
    rule: 'request-below-read-timeout',
    severity: 'warning',
    planted: { requestTimeoutMs: 200_000, firstByteTimeoutMs: 600_000 },
    mended: { firstByteTimeoutMs: 200_000 },
    remedy: '--first-byte-timeout 200s',
  },
  {
    rule: 'read-below-connect-timeout',
    severity: 'warning',
    planted: { readTimeoutMs: 9_999, drainTimeoutMs: 9_999 },
    mended: { readTimeoutMs: 10_000 },
    remedy: '--connect-timeout 9999ms',
  },
  {
    rule: 'read-below-connect-timeout',
    severity: 'warning',
    planted: { firstByteTimeoutMs: 5_000 },
    mended: { firstByteTimeoutMs: 10_000 },
    remedy: '--connect-timeout 5s',
  },
  {
    rule: 'drain-below-read-timeout',
    severity: 'warning',
    planted: { drainTimeoutMs: 119_000 },
    mended: { drainTimeoutMs: 120_000 },
    remedy: '--drain-timeout 2m',
  },
  {
    rule: 'drain-below-read-timeout',
    severity: 'warning',
    planted: { drainTimeoutMs: 120_000, firstByteTimeoutMs: 600_000 },
    mended: { drainTimeoutMs: 600_000 },
    remedy: '--drain-timeout 10m',
  },
  ...(
    [
      ['systemd-stops-early', 'TimeoutStopSec=125'],
      ['docker-stops-early', 'stop_grace_period: 125s'],
      ['kubernetes-stops-early', 'terminationGracePeriodSeconds: 125'],
    ] as const
  ).flatMap(([rule, remedy]): Case[] => {
    const planted = { drainTimeoutMs: 120_000 };
    const mended = { drainTimeoutMs: 60_000 };
    return [
      { rule, remedy, planted, mended, severity: 'error', around: stops(90_000, 'file') },
      { rule, remedy, planted, mended, severity: 'warning', around: stops(120_000, 'file') },
      { rule, remedy, planted, mended, severity: 'hint', around: stops(90_000, 'default') },
    ];
  }),
  {
    rule: 'client-idle-below-balancer',
    severity: 'hint',
    planted: { clientIdleTimeoutMs: 60_000 },
    mended: { clientIdleTimeoutMs: 61_000 },
    remedy: '--client-idle-timeout 75s',
  },
  {
    rule: 'client-idle-below-balancer',
    severity: 'warning',
    planted: { clientIdleTimeoutMs: 30_000, trustedProxies: ['10.0.0.0/8'] },
    mended: { clientIdleTimeoutMs: 61_000 },
    remedy: '--client-idle-timeout 75s',
  },
  {
    rule: 'breaker-below-connect-timeout',
    severity: 'warning',
    planted: { circuitBreakerTimeoutMs: 9_000 },
    mended: { circuitBreakerThreshold: 0 },
    remedy: '--circuit-breaker-timeout 10s',
  },
  {
    // 3 rounds of 120 s against 30 s x 10
    rule: 'queue-wait-cannot-be-met',
    severity: 'hint',
    planted: { maxQueueSize: 101 },
    mended: { maxQueueSize: 100 },
    remedy: '--queue-timeout 2m',
  },
  {
    rule: 'no-queue',
    severity: 'hint',
    planted: { maxQueueSize: 0 },
    mended: { maxQueueSize: 1 },
    remedy: '--max-queue-size 50',
  },
  {
    rule: 'retry-bodies-above-total',
    severity: 'warning',
    planted: { retryBodyLimitBytes: 1_000, retryBodyTotalBytes: 149_999 },
    mended: { retryBodyTotalBytes: 150_000 },
    remedy: '--retry-body-total 150kB',
  },
  {
    rule: 'admin-endpoints-public',
    severity: 'hint',
    planted: { host: '0.0.0.0' },
    mended: { adminPort: 8081 },
    remedy: '--admin-port 8081',
  },
  {
    rule: 'admin-endpoints-public',
    severity: 'hint',
    planted: { host: '::' },
    mended: { adminTokenFile: 'token' },
    remedy: '--admin-port 8081',
  },
  {
    rule: 'admin-listener-open',
    severity: 'warning',
    planted: { adminPort: 0, adminHost: '0.0.0.0' },
    mended: { adminToken: 's3cret' },
    remedy: '--admin-token-file /etc/spillway/admin-token',
  },
  {
    rule: 'admin-listener-open',
    severity: 'warning',
    planted: { adminPort: 8081, adminHost: '10.1.1.1' },
    mended: { adminHost: '::1' },
    remedy: '--admin-token-file /etc/spillway/admin-token',
  },
  {
    rule: 'admin-token-in-the-clear',
    severity: 'hint',
    planted: { host: '0.0.0.0', adminToken: 's3cret' },
    mended: { adminPort: 8081 },
    remedy: '--admin-port 8081',
  },
  {
    rule: 'admin-token-in-the-clear',
    severity: 'hint',
    planted: { adminPort: 8081, adminHost: '0.0.0.0', adminTokenFile: 'token' },
    mended: { adminHost: '127.0.0.1' },
    remedy: '--admin-host 127.0.0.1',
  },
  {
    rule: 'admin-port-is-port',
    severity: 'error',
    planted: { host: '0.0.0.0', port: 9000, adminPort: 9000 },
    mended: { host: '10.1.1.1' },
    remedy: '--admin-port 9001',
  },
  {
    rule: 'ordinary-class-starves',
    severity: 'warning',
    planted: { priorityClasses: [named('high', 0.6), named('low', 0.4)] },
    mended: { priorityClasses: [named('high', 0.6), named('low', 0.3)] },
    remedy: 'lower a share of --priority-class',
  },
  {
    rule: 'connections-below-concurrency',
    severity: 'error',
    planted: { maxClientConnections: 1, maxConcurrentRequests: 'auto' },
    mended: { maxClientConnections: 2 },
    remedy: '--max-client-connections 167',
  },
  {
    rule: 'connections-below-concurrency',
    severity: 'warning',
    planted: { maxClientConnections: 10, maxConcurrentRequests: 9, maxQueueSize: 9 },
    mended: { maxClientConnections: 21 },
    remedy: '--max-client-connections 21',
  },
  {
    rule: 'share-below-one-permit',
    severity: 'warning',
    planted: {
      priorityClasses: [named('high', 0.2), named('low', 0.01)],
      maxConcurrentRequests: 6,
    },
    mended: { priorityClasses: [named('high', 0.2), named('low', 0.17)] },
    remedy: '--priority-class low=17%',
  },
  {
    rule: 'priority-path-shadowed',
    severity: 'warning',
    planted: { priorityPaths: [path('high', '/a'), path('low', '/a/b')] },
    mended: { priorityPaths: [path('low', '/a/b'), path('high', '/a')] },
    remedy: '--priority-path low=/a/b --priority-path high=/a',
  },
  ...([{ autoMin: 2 }, { autoMax: 49 }, { autoAlgorithm: 'gradient' }] as const).map(
    (planted): Case => ({
      rule: 'auto-options-unused',
      severity: 'warning',
      planted,
      mended: { maxConcurrentRequests: 'auto' },
      remedy: '--max-concurrent-requests auto',
    }),
  ),
  {
    rule: 'breaker-rates-unused',
    severity: 'warning',
    planted: { circuitBreakerMinCalls: 5, circuitBreakerFailureRate: 0 },
    mended: { circuitBreakerFailureRate: 0.3 },
    remedy: '--circuit-breaker-failure-rate 50%',
  },
  {
    rule: 'breaker-rates-unused',
    severity: 'warning',
    planted: { circuitBreakerSlowCallMs: 5, circuitBreakerFailureRate: 0.3 },
    mended: { circuitBreakerSlowRate: 0.3 },
    remedy: '--circuit-breaker-slow-rate 50%',
  },
  {
    rule: 'api-key-header-unused',
    severity: 'warning',
    planted: { apiKeyHeader: 'x-api-key' },
    mended: { priorityKeys: [path('high', 'a')] },
    remedy: '--priority-key NAME=KEY',
  },
  {
    rule: 'hash-unused',
    severity: 'warning',
    planted: { hashBy: { by: 'cookie', name: 'session' } },
    mended: { balance: 'hash' },
    remedy: '--balance hash',
  },
  {
    rule: 'health-checks-unused',
    severity: 'warning',
    planted: { healthPort: 9000 },
    mended: { healthPath: '/health' },
    remedy: '--health-path /health',
  },
];

describe('each planted mistake', () => {
  it.each(cases.map((one) => [`${one.rule} ${JSON.stringify(one.planted)}`, one] as const))(
    '%s is found alone of its kind, with its remedy, and quiet when mended',
    (_, { rule, severity, planted, around, mended, remedy }) => {
      expect(lintRules[rule](contextWith(planted, around))).toMatchObject({ severity, remedy });
      expect(lintRules[rule](contextWith({ ...planted, ...mended }, around))).toBeNull();
    },
  );

  it('is planted for every rule', () => {
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(Object.keys(lintRules)));
  });
});

describe('what is sound', () => {
  it('gives no finding', () => {
    expect(lint([contextWith()])).toEqual([]);
  });

  it.each(Object.entries(proxyPresets))('preset %s gives hints at most', (_, { values }) => {
    const drain = 'readTimeoutMs' in values ? { drainTimeoutMs: values.readTimeoutMs } : {};
    const findings = lint([contextWith({ ...values, ...drain })]);
    expect(findings.filter(({ severity }) => severity !== 'hint')).toEqual([]);
  });
});

describe('findings', () => {
  it('come worst first, with the numbers behind them', () => {
    const findings = lint([contextWith({ ...self, maxQueueSize: 0, poolMaxsize: 10 })]);
    expect(findings.map(({ severity }) => severity)).toEqual([
      'error',
      'warning',
      'warning',
      'hint',
    ]);
    expect(findings[1]?.evidence).toEqual({
      '--pool-maxsize': '10',
      '--max-concurrent-requests': '50',
    });
  });
});
