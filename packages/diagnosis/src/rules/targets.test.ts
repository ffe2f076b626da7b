import type { UpstreamSnapshot } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { answering, type Poll, repeated, rulesOf, series } from '../testing/series.ts';

const target = (url: string, more: Partial<UpstreamSnapshot> = {}) => ({
  ...answering(0.1),
  ...{ url, ...more },
});
const down: Partial<UpstreamSnapshot> = {
  health: 'down',
  checks: { passed: 0, failed: 3, latest: 'status 503' },
};
const ejected: Partial<UpstreamSnapshot> = {
  ejection: {
    ...{ reason: 'failure_rate', ends_in: 20 },
    totals: { consecutive_failures: 1, failure_rate: 2 },
  },
};
const polls = (...upstreams: ReturnType<typeof target>[]): Poll[] =>
  repeated(5, { ends: { ok: 50 }, upstreams });

test('A target that is down by its checks is named, with what the last one found', () => {
  const [finding] = diagnose(series(polls(target('http://a', down), target('http://b'))));
  expect(finding).toMatchObject({
    ...{ rule: 'target-down', severity: 'warning', upstream: 'http://a' },
    cause: 'Its last check found: status 503',
  });
});

test('All targets down is critical, and more than the breakers that open beside it', () => {
  const breaker = { state: 'open', consecutive_failures: 5, retry_in: 9, opened_total: 1 } as const;
  const all = polls(target('http://a', { ...down, breaker }), target('http://b', down));
  const findings = diagnose(series(all));
  expect(findings.map(({ rule, severity, upstream }) => [rule, severity, upstream])).toEqual([
    ['target-down', 'critical', 'http://a'],
    ['target-down', 'critical', 'http://b'],
  ]);
});

test('An ejected target is named with the reason, and explains the failures that it caused', () => {
  const upstreams = [target('http://a'), target('http://b', ejected)];
  const failing = repeated(5, { ends: { ok: 50, upstream_error: 10 }, upstreams });
  expect(diagnose(series(failing))).toMatchObject([
    {
      ...{ rule: 'target-ejected', severity: 'warning', upstream: 'http://b' },
      cause: 'It fails significantly more often than the other targets',
      evidence: [
        { what: 'gets requests again in', value: 20 },
        { what: 'times it was ejected', value: 3 },
      ],
    },
  ]);
});

test('Targets that are up, unchecked or were ejected before are no finding', () => {
  const before = { ejection: { ...ejected.ejection!, reason: null, ends_in: 0 } };
  const upstreams = [
    target('http://a', { health: 'up' }),
    target('http://b', { health: 'unchecked' }),
    target('http://c', before),
  ];
  expect(rulesOf(polls(...upstreams))).toEqual([]);
});
