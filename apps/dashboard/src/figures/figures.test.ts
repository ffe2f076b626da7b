import type { MetricsSnapshot } from '@spillway/contracts';
import { idleUpstream, type PartOf, snapshotWith } from '@spillway/contracts/testing';
import { describe, expect, test } from 'vitest';
import { outcomeHue } from './outcome-looks.ts';
import { plots } from './plots.ts';
import { rowOf } from './row-of.ts';
import { tiles } from './tiles.ts';

const face = (id: string, part: PartOf<MetricsSnapshot> = {}) =>
  tiles.find((tile) => tile.id === id)?.face({ snapshot: snapshotWith(part), lastMinute: null });

const withBreakers = (...states: ('closed' | 'open' | 'half_open')[]) => ({
  upstreams: states.map((state, i) => ({
    ...idleUpstream,
    url: `http://127.0.0.1:${8000 + i}`,
    breaker: { state, consecutive_failures: 0, retry_in: 11.2 + i, opened_total: i },
  })),
});

test('Names of plots, lines and tiles are unique', () => {
  const unique = (names: string[]) => expect(new Set(names).size).toBe(names.length);
  const snapshot = snapshotWith();
  const names = Object.keys(rowOf({ snapshot, interval: null, processors: null }, 0).values);
  unique(plots.map(({ id }) => id));
  unique(tiles.map(({ id }) => id));
  const traced = tiles.filter(({ trace }) => trace !== undefined);
  expect(names).toHaveLength(plots.flatMap(({ lines }) => lines(snapshot)).length + traced.length);
});

test('What a newer proxy counts is shown too', () => {
  const snapshot = snapshotWith();
  const newer = {
    ...snapshot,
    metrics: { ...snapshot.metrics, outcomes: { ...snapshot.metrics.outcomes, brand_new: 3 } },
  };
  const rate = plots.find(({ id }) => id === 'rate');
  expect(rate?.lines(newer).at(-1)).toMatchObject({ key: 'brand_new', label: 'brand new' });
});

test.each([
  ['ok', 'water'],
  ['upstream_error', 'orange'],
  ['connection_refused', 'red'],
  ['connection_read_timeout', 'violet'],
  ['http_response_timeout', 'violet'],
  ['queue_full', 'amber'],
  ['breaker_open', 'pink'],
  ['key_limit', 'amber'],
  ['memory_overloaded', 'pink'],
  ['client_error', 'blue'],
  ['client_gone', 'slate'],
  ['brand_new', 'slate'],
])('The hue of %s is %s', (outcome, hue) => expect(outcomeHue(outcome)).toBe(hue));

describe('Tiles', () => {
  test('Places in use turn to a warning from four fifths on', () => {
    const at = (free: number) => face('in-flight', { metrics: { available_slots: free } });
    expect(at(50)).toMatchObject({ value: '0', unit: 'of 50', tone: 'fine' });
    expect(at(10)).toMatchObject({ value: '40', tone: 'warning' });
    expect(at(0)).toMatchObject({ value: '50', tone: 'warning' });
    const queue = (queue_size: number) => face('queue', { metrics: { queue_size } });
    expect([79, 80, 100].map((size) => queue(size)?.tone)).toEqual(['fine', 'warning', 'critical']);
    expect(face('queue', { limits: { queue_size: 0 } })?.tone).toBe('fine');
  });

  test('An adaptive limit, permits held for nobody and a wait that is foreseen are told in the tiles', () => {
    expect(face('in-flight')?.detail).toBe('50 places free');
    expect(face('in-flight', { metrics: { available_slots: 46, held_permits: 3 } })?.detail).toBe(
      '46 places free · 3 held for requests given up',
    );
    const limit = { now: 50, configured: 'auto' as const };
    expect(face('in-flight', { admission: { limit } })?.detail).toBe(
      '50 places free · found by auto',
    );
    expect(face('queue')?.detail).not.toContain('new ones');
    expect(face('queue', { admission: { estimated_wait: 1.5 } })?.detail).toMatch(
      / · new ones wait 1\.5/,
    );
  });

  test('The worst breaker is the one shown', () => {
    expect(face('breaker')).toMatchObject({ value: 'Closed' });
    expect(face('breaker', withBreakers('closed', 'half_open'))).toMatchObject({
      value: 'Probing',
      unit: '1 of 2',
      detail: 'opened 1 time',
    });
    expect(face('breaker', withBreakers('open', 'half_open', 'open'))).toMatchObject({
      value: 'Open',
      unit: '2 of 3',
      detail: 'next probe in 12 s · opened 3 times',
    });
  });

  test('Success is that of the last minute, and of the whole life where nothing ended lately', () => {
    expect(face('success')?.value).toBe('–');
    const part = { metrics: { successful_requests: 9, failed_requests: 1, success_rate: 90 } };
    expect(face('success', part)?.value).toBe('90 %');
    const lastMinute = { seconds: 60, ok: 97, failures: 3 } as never;
    const tile = tiles.find(({ id }) => id === 'success');
    expect(tile?.face({ snapshot: snapshotWith(part), lastMinute })).toMatchObject({
      value: '97 %',
      tone: 'warning',
    });
  });
});
