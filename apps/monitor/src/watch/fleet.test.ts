import { expect, it } from 'vitest';
import { badReading, counted, goodReading, watched } from '../testing/readings.ts';
import { shownOf, worstOf } from './fleet.ts';

const gauges = (inFlight: number, queued: number) => ({
  limits: { concurrent_requests: 10, queue_size: 20 },
  metrics: { available_slots: 10 - inFlight, queue_size: queued },
});

it('adds counters and gauges of several proxies', () => {
  const one = watched([
    goodReading(0, counted(0), 'http://a'),
    goodReading(
      5,
      { ...gauges(3, 1), metrics: { ...counted(50).metrics, ...gauges(3, 1).metrics } },
      'http://a',
    ),
  ]);
  const other = watched([
    goodReading(0, counted(0), 'http://b'),
    goodReading(
      4,
      { ...gauges(9, 4), metrics: { ...counted(80, 8).metrics, ...gauges(9, 4).metrics } },
      'http://b',
    ),
  ]);
  const { rates, inFlight, queue, successRate } = shownOf([one, other]);
  expect(rates).toMatchObject({ requests: 30, refused: 2 });
  expect(inFlight).toEqual({ now: 12, limit: 20 });
  expect(queue).toEqual({ now: 5, limit: 40 });
  expect(successRate).toBeCloseTo((100 * 122) / 130);
});

it('leaves those that fail out of the sums', () => {
  const well = watched([goodReading(0, gauges(3, 0), 'http://a')]);
  const gone = watched([goodReading(0, gauges(9, 9), 'http://b'), badReading(5, {}, 'http://b')]);
  const shown = shownOf([well, gone]);
  expect(shown.live).toHaveLength(1);
  expect(shown.inFlight).toEqual({ now: 3, limit: 10 });
  expect(shownOf([gone]).inFlight).toEqual({ now: 9, limit: 10 });
});

it('shows the worst of each percentile, never an average', () => {
  const slow = watched([
    goodReading(0, { metrics: { response_time: times(9, 0.1, 4) } }, 'http://a'),
  ]);
  const even = watched([
    goodReading(0, { metrics: { response_time: times(5, 1, 2) } }, 'http://b'),
  ]);
  const none = watched([goodReading(0, {}, 'http://c')]);
  const worst = worstOf([slow, even, none], ({ metrics }) => metrics.response_time);
  expect(worst).toMatchObject({ count: 14, mean: null, p50: 1, p99: 4 });
});

function times(count: number, p50: number, p99: number) {
  return { count, mean: p50, p50, p90: p50, p95: p99, p99, max: p99 };
}

it('sums histories by time, though polls are not in step', () => {
  const a = watched([0, 5, 10].map((at) => goodReading(at, counted(at * 10), 'http://a')));
  const b = watched([2, 7].map((at) => goodReading(at, counted(at * 4), 'http://b')));
  const sums = shownOf([a, b]).points.map(({ rates }) => rates?.requests ?? null);
  expect(sums).toEqual([null, 10, 14]);
});

it('puts the gravest alert first and says where', () => {
  const a = watched([goodReading(0, { status: 'degraded', reasons: ['x'] }, 'http://a')]);
  const b = watched([goodReading(0, { status: 'unhealthy', reasons: ['y'] }, 'http://b')]);
  const alerts = shownOf([a, b]).alerts.map(({ finding, proxy }) => [finding.severity, proxy]);
  expect(alerts).toEqual([
    ['critical', 'http://b'],
    ['warning', 'http://a'],
  ]);
  expect(shownOf([a]).alerts[0]?.proxy).toBeNull();
});
