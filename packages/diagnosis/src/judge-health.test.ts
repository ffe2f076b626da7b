import { expect, test } from 'vitest';
import { type HealthEvidence, judgeHealth } from './judge-health.ts';

const calm: HealthEvidence = {
  upstreams: [{ url: 'http://a', breaker: 'closed', retryInMs: 0 }],
  queued: 0,
  maxQueue: 100,
  recentRequests: 100,
  recentFailures: 0,
  recentShortages: { descriptors: 0, ports: 0, memory: 0 },
};
const open = { url: 'http://a', breaker: 'open', retryInMs: 1500 } as const;

test('a calm proxy is healthy and gives no reasons', () => {
  expect(judgeHealth(calm)).toEqual({ status: 'healthy', reasons: [] });
});

test('an open breaker of the only upstream is unhealthy, with the time until the probe', () => {
  const { status, reasons } = judgeHealth({ ...calm, upstreams: [open] });
  expect(status).toBe('unhealthy');
  expect(reasons).toEqual(['breaker of http://a is open, next probe in 2 s']);
});

test('a breaker whose probe is due is only degraded, or readiness would keep the probe away', () => {
  expect(judgeHealth({ ...calm, upstreams: [{ ...open, retryInMs: 0 }] }).status).toBe('degraded');
});

test('one open breaker of two is degraded', () => {
  const upstreams = [open, ...calm.upstreams];
  expect(judgeHealth({ ...calm, upstreams }).status).toBe('degraded');
});

test.each([
  ['the queue at four fifths', { queued: 80 }, 'queue at 80 of 100'],
  ['many failures', { recentFailures: 6 }, "6 % of the last minute's requests failed"],
])('%s is a reason', (_name, more, reason) => {
  expect(judgeHealth({ ...calm, ...more })).toEqual({ status: 'degraded', reasons: [reason] });
});

test('what the proxy has run out of is a reason, with the remedy', () => {
  const recentShortages = { ...calm.recentShortages, descriptors: 1 };
  const { status, reasons } = judgeHealth({ ...calm, recentShortages });
  expect(status).toBe('degraded');
  expect(reasons).toEqual([
    expect.stringMatching(
      /^the proxy is out of file descriptors \(EMFILE, ENFILE\)\. Raise ulimit -n/,
    ),
  ]);
});

test('a few failures of a few requests say nothing yet', () => {
  expect(judgeHealth({ ...calm, recentRequests: 3, recentFailures: 3 }).status).toBe('healthy');
});

test('without a queue there is no full queue', () => {
  expect(judgeHealth({ ...calm, maxQueue: 0 }).status).toBe('healthy');
});
