import { expect, test } from 'vitest';
import { between, restarted } from './interval.ts';
import type { Observation } from './observation.ts';
import { series } from './testing/series.ts';

const [first, second] = series([
  { ends: { ok: 10 } },
  { ends: { ok: 30, connection_read_timeout: 4, queue_full: 5, client_gone: 1 }, retries: 2 },
]) as [Observation, Observation];

test('Rates are counter differences over the time that the proxy measured', () => {
  expect(between(first, { ...second, at: first.at + 100 })).toMatchObject({
    seconds: 5,
    requests: 40,
    requestsPerSecond: 8,
    finished: 40,
    ok: 30,
    okPerSecond: 6,
    failures: 9,
    failuresPerSecond: 1.8,
    timeouts: 4,
    queueRejected: 5,
    clientAborted: 1,
    retries: 2,
  });
});

test('Where the clock of the proxy stands still, the time of the watcher counts', () => {
  const stopped = { ...second, uptime: first.uptime, at: first.at + 10 };
  expect(between(first, stopped)).toMatchObject({ seconds: 10, requestsPerSecond: 4 });
});

test('Without time there is no rate', () => {
  expect(between(first, first)).toBeNull();
});

test.each<[string, Partial<Observation>]>([
  ['another start', { startedAt: '2027-01-01T00:00:00.000Z' }],
  ['less uptime', { uptime: 1 }],
  ['a lower total', { total: 3 }],
  ['a lower outcome', { outcomes: { ...second.outcomes, ok: 9 } }],
  ['fewer retries', { retries: -1 }],
])('%s means a restart, over which there is no rate', (_what, change) => {
  const later = { ...second, ...change };
  expect(restarted(first, later)).toBe(true);
  expect(between(first, later)).toBeNull();
});
