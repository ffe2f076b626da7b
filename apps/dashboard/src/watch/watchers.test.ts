import type { MetricsSnapshot } from '@spillway/contracts';
import { servicesWith, snapshotWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { type Answer, failureOfError } from '../ask/answer.ts';
import type { KeptHistory } from './kept-history.ts';
import { Watchers } from './watchers.ts';

/** Each service has ended so many. */
const ended = (ok: Readonly<Record<string, number>>, uptime: number): Answer<MetricsSnapshot> => {
  const parts = Object.entries(ok).map(([name, count]) => [name, { metrics: counts(count) }]);
  const all = Object.values(ok).reduce((sum, count) => sum + count, 0);
  const services = servicesWith(Object.fromEntries(parts));
  const value = snapshotWith({ metrics: counts(all), services, process: { uptime } });
  return { kind: 'answer', value };
};

const counts = (ok: number) => ({ total_requests: ok, successful_requests: ok, outcomes: { ok } });

const rates = (watchers: Watchers, service: string) =>
  watchers.of(service)?.rows.map(({ values }) => values['rate/ok'] ?? null);

test('Every service has the history of its own numbers, and all have that of the sums', () => {
  const watchers = new Watchers();
  watchers.take(ended({ models: 10, reports: 100 }, 10), 1000);
  watchers.take(ended({ models: 14, reports: 140 }, 12), 1002);
  expect(rates(watchers, 'models')).toEqual([null, 2]);
  expect(rates(watchers, 'reports')).toEqual([null, 20]);
  expect(watchers.all.rows.at(-1)?.values['rate/ok']).toBe(22);
  expect(watchers.of('models')?.snapshot).not.toHaveProperty('services');
  watchers.take(failureOfError(new TypeError()), 1004);
  expect(watchers.of('models')).toMatchObject({ failures: 1, failure: { kind: 'failure' } });
});

test('There is nothing of a service that is not there, or no more', () => {
  const watchers = new Watchers();
  expect(watchers.of('models')).toBe(watchers.all);
  watchers.take(ended({ models: 10, reports: 100 }, 10), 1000);
  for (const name of ['model', 'constructor']) expect(watchers.of(name)).toBeNull();
  watchers.take(ended({ models: 10 }, 12), 1002);
  expect(watchers.of('reports')).toBeNull();
});

test('Of many services only those that were opened have a history', () => {
  const names = Array.from({ length: 200 }, (_, i) => `s${i}`);
  const at = (count: number) => Object.fromEntries(names.map((name) => [name, count]));
  const watchers = new Watchers();
  watchers.take(ended(at(1), 10), 1000);
  expect(rates(watchers, 's7')).toEqual([null]);
  watchers.take(ended(at(5), 12), 1002);
  expect(rates(watchers, 's7')).toEqual([null, 2]);
  expect(rates(watchers, 's8')).toEqual([null]);
});

test('A reload goes on with what was kept of each service', () => {
  const kept = (service: string | null): KeptHistory | null =>
    service === 'models'
      ? {
          startedAt: '2026-01-01T00:00:00.000Z',
          rows: [{ at: 990, values: { 'rate/ok': 7 } }],
          marks: [],
        }
      : null;
  const watchers = new Watchers(kept);
  watchers.take(ended({ models: 10, reports: 100 }, 10), 1000);
  expect(rates(watchers, 'models')).toEqual([7, null]);
  expect(rates(watchers, 'reports')).toEqual([null]);
});
