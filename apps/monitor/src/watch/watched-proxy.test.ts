import type { Finding } from '@spillway/contracts';
import { idleUpstream } from '@spillway/contracts/testing';
import { expect, it } from 'vitest';
import { badReading, counted, goodReading, start, watched } from '../testing/readings.ts';
import { ratesOf } from './rate-point.ts';

it('measures rates over the time between polls, not over the interval that was asked for', () => {
  const proxy = watched([goodReading(0, counted(0)), goodReading(8, counted(400, 40))]);
  const rates = proxy.latest?.interval && ratesOf(proxy.latest.interval);
  expect(rates).toMatchObject({ requests: 50, failed: 5, refused: 5 });
});

it('measures across polls that failed, and leaves a gap in the history', () => {
  const proxy = watched([goodReading(0, counted(0)), badReading(5), goodReading(20, counted(100))]);
  expect(proxy.latest?.interval?.requestsPerSecond).toBe(5);
  expect(proxy.points.map(({ rates }) => rates?.requests ?? null)).toEqual([null, null, 5]);
});

it('takes a counter that falls for a restart, and says no rate across it', () => {
  const proxy = watched([goodReading(0, counted(900)), goodReading(5, counted(10))]);
  expect(proxy.restart).toEqual({ at: start + 5_000, times: 1 });
  expect(proxy.latest?.interval).toBeNull();
  const later = watched([
    goodReading(0, counted(900)),
    goodReading(5, counted(10)),
    goodReading(10, counted(60)),
  ]);
  expect(later.latest?.interval?.requestsPerSecond).toBe(10);
  expect(later.restart?.times).toBe(1);
});

it('takes another start for a restart though the counters rose', () => {
  const proxy = watched([
    goodReading(0, counted(10)),
    goodReading(5, { ...counted(20), process: { started_at: '2026-02-02T00:00:00.000Z' } }),
  ]);
  expect(proxy.restart?.times).toBe(1);
});

it('keeps the last snapshot while polls fail, and remembers since when they do', () => {
  const proxy = watched([goodReading(0, counted(7)), badReading(5), badReading(6)]);
  expect(proxy.latest?.snapshot.metrics.total_requests).toBe(7);
  expect(proxy.failing).toMatchObject({ since: start + 5_000, failure: { code: 'refused' } });
  expect(watched([badReading(0), goodReading(1)]).failing).toBeNull();
});

it("repeats the proxy's own word until a finding is as grave", () => {
  const { alerts } = watched([
    goodReading(0, { status: 'degraded', reasons: ['queue at 9 of 10'] }),
  ]);
  expect(alerts).toMatchObject([
    { rule: 'health', severity: 'warning', symptom: 'degraded: queue at 9 of 10' },
  ]);
  const status = 'unhealthy' as const;
  expect(watched([goodReading(0, { status })]).alerts[0]?.severity).toBe('critical');
});

it('finds what is wrong once it lasts', () => {
  const breaker = { state: 'open' as const, consecutive_failures: 5, retry_in: 9, opened_total: 1 };
  const open = (second: number) =>
    goodReading(second, {
      ...counted(second * 10),
      ...{ status: 'unhealthy', reasons: ['breaker open'] },
      upstreams: [{ ...idleUpstream, breaker }],
    });
  const early = watched([0, 1].map(open));
  const late = watched(Array.from({ length: 20 }, (_, second) => open(second)));
  expect(early.alerts.map(({ rule }) => rule)).toEqual(['health']);
  expect(late.alerts.map(({ rule }) => rule)).toEqual(['breaker-open']);
});

it('does not keep more for diagnosis than it can look through, however often it polls', () => {
  const often = Array.from({ length: 400 }, (_, poll) => goodReading(poll / 10, counted(poll)));
  const { observations, points } = watched(often);
  expect(observations.length).toBeLessThanOrEqual(82);
  expect(observations.at(-1)?.total).toBe(399);
  expect(points).toHaveLength(400);
});

it('takes the word of a proxy that tells its findings, be it that there are none', () => {
  const open = { ...idleUpstream.breaker, state: 'open' as const, retry_in: 30, opened_total: 1 };
  const part = { upstreams: [{ ...idleUpstream, breaker: open }] };
  const own = [0, 5, 10, 15].map((second) => goodReading(second, part));
  expect(watched(own).alerts.map(({ severity }) => severity)).toContain('critical');
  const told = { rule: 'limit-too-high', severity: 'warning', for_seconds: 600 } as Finding;
  const findings = [told];
  expect(watched([{ ...goodReading(0, part), findings }]).alerts).toEqual(findings);
  expect(watched(own.map((one) => ({ ...one, findings: [] }))).alerts).toEqual([]);
});
