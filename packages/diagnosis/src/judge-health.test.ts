import { expect, test } from 'vitest';
import { type HealthEvidence, judgeHealth, type TargetHealth } from './judge-health.ts';

const sound: TargetHealth = {
  ...{ url: 'http://a', breaker: 'closed', retryInMs: 0 },
  ...{ isUp: true, drained: false, ejected: false },
};
const calm: HealthEvidence = {
  upstreams: [sound],
  queued: 0,
  maxQueue: 100,
  recentRequests: 100,
  recentFailures: 0,
  recentShortages: { descriptors: 0, ports: 0, memory: 0 },
};
const open: TargetHealth = { ...sound, breaker: 'open', retryInMs: 1500 };

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

test('targets that are all down by their health checks are unhealthy, and each is named', () => {
  const upstreams = [
    { ...sound, isUp: false },
    { ...sound, url: 'http://b', isUp: false },
  ];
  expect(judgeHealth({ ...calm, upstreams })).toEqual({
    status: 'unhealthy',
    reasons: ['http://a is down by its health checks', 'http://b is down by its health checks'],
  });
});

test.each([
  ['down', { isUp: false }, 'http://a is down by its health checks'],
  ['drained', { drained: true }, 'http://a is drained'],
  ['ejected', { ejected: true }, 'http://a is ejected: it fails while the others do not'],
])('one target of two that is %s is degraded', (_how, more, reason) => {
  const upstreams = [{ ...sound, ...more }, sound];
  expect(judgeHealth({ ...calm, upstreams })).toEqual({ status: 'degraded', reasons: [reason] });
});

test('a service without any target yet is unhealthy', () => {
  const { status, reasons } = judgeHealth({ ...calm, upstreams: [] });
  expect([status, reasons]).toEqual(['unhealthy', ['no address of any target is known']]);
});
