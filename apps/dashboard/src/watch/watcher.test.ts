import type { MetricsSnapshot } from '@spillway/contracts';
import { type PartOf, snapshotWith } from '@spillway/contracts/testing';
import { expect, test } from 'vitest';
import { type Answer, failureOfError } from '../ask/answer.ts';
import { keepHistory, keptHistory } from './kept-history.ts';
import { pollPaceMs } from './poll-pace.ts';
import { Watcher } from './watcher.ts';

const answer = (part: PartOf<MetricsSnapshot> = {}): Answer<MetricsSnapshot> => ({
  kind: 'answer',
  value: snapshotWith(part),
});

const finished = (ok: number, uptime: number, startedAt = '2026-01-01T00:00:00.000Z') =>
  answer({
    metrics: { total_requests: ok, successful_requests: ok, outcomes: { ok } },
    process: { uptime, started_at: startedAt, cpu_seconds: uptime / 10 },
  });

const lines = (watcher: Watcher, name: string) =>
  watcher.watch.rows.map(({ values }) => values[name] ?? null);

test("Rates rest on the proxy's own clock, however late an answer came", () => {
  const watcher = new Watcher();
  watcher.take(finished(100, 10), 1000);
  watcher.take(finished(140, 12), 1007);
  expect(lines(watcher, 'rate/ok')).toEqual([null, 20]);
  expect(lines(watcher, 'busy/processor')).toEqual([null, expect.closeTo(10)]);
  expect(watcher.watch.lastMinute?.ok).toBe(40);
});

test('A restart breaks the lines, is marked, and nothing before it counts', () => {
  const watcher = new Watcher();
  watcher.take(finished(100, 10), 1000);
  watcher.take(finished(120, 12), 1002);
  watcher.take(finished(3, 1, '2026-01-01T00:01:00.000Z'), 1004);
  watcher.take(finished(5, 3, '2026-01-01T00:01:00.000Z'), 1006);
  expect(lines(watcher, 'rate/ok')).toEqual([null, 10, null, null, 1]);
  expect(watcher.watch.marks).toEqual([{ at: 1004, text: 'restarted' }]);
  expect(watcher.watch.lastMinute?.ok).toBe(2);
});

test('Without an answer the last numbers stay, and the line has a gap', () => {
  const watcher = new Watcher();
  watcher.take(finished(100, 10), 1000);
  const gone = failureOfError(new TypeError());
  watcher.take(gone, 1002);
  expect(watcher.take(gone, 1006)).toMatchObject({
    failure: { reason: 'unreachable' },
    failures: 2,
    answeredAt: 1000,
    snapshot: { metrics: { total_requests: 100 } },
  });
  expect(watcher.take(finished(110, 20), 1010)).toMatchObject({ failure: null, failures: 0 });
  expect(lines(watcher, 'rate/ok')).toEqual([null, null, 1]);
});

test('A minute and a half unseen is a gap, some seconds are not', () => {
  const watcher = new Watcher();
  watcher.take(finished(100, 10), 1000);
  watcher.take(finished(100, 70), 1060);
  watcher.take(finished(100, 170), 1160);
  expect(watcher.watch.rows.map(({ values }) => Object.keys(values).length > 0)).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('The last minute is the last minute', () => {
  const watcher = new Watcher();
  for (let at = 0; at <= 300; at += 2) watcher.take(finished(at, 1 + at), 1000 + at);
  expect(watcher.watch.lastMinute).toMatchObject({ seconds: 60, ok: 60 });
});

test('An open breaker is a level of its plot', () => {
  const watcher = new Watcher();
  const { upstreams } = snapshotWith();
  const open = upstreams.map((one) => ({
    ...one,
    breaker: { ...one.breaker, state: 'open' as const, retry_in: 30, opened_total: 1 },
  }));
  for (let i = 0; i < 5; i++)
    watcher.take(answer({ upstreams: open, process: { uptime: 1 + 2 * i } }), 2 * i);
  expect(lines(watcher, `breaker/${upstreams[0]?.url}`).at(-1)).toBe(2);
});

test('Who is hidden asks rarely, and who gets no answer ever more rarely', () => {
  const visible = [0, 1, 2, 3, 50].map((failures) => pollPaceMs({ hidden: false, failures }));
  expect(visible).toEqual([2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(pollPaceMs({ hidden: true, failures: 0 })).toBe(15_000);
});

function storeOf(kept = new Map<string, string>()) {
  return () => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
}

test('A reload goes on where the page was, unless the proxy is another one', () => {
  const store = storeOf();
  const before = new Watcher();
  before.take(finished(100, 10), 1000);
  before.take(finished(120, 12), 1002);
  keepHistory(store, before.watch);

  const after = new Watcher(keptHistory(store, 1004));
  after.take(finished(140, 14), 1004);
  expect(lines(after, 'rate/ok')).toEqual([null, 10, null]);
  expect(lines(after, 'in-flight/limit')).toEqual([50, 50, 50]);
  expect(after.watch.marks).toEqual([]);

  const another = new Watcher(keptHistory(store, 1004));
  another.take(finished(1, 1, '2026-01-01T00:01:00.000Z'), 1004);
  expect(lines(another, 'in-flight/limit')).toEqual([50, 50, null, 50]);
  expect(another.watch.marks).toEqual([{ at: 1004, text: 'restarted' }]);

  const late = new Watcher(keptHistory(store, 1100));
  late.take(finished(140, 110), 1100);
  expect(lines(late, 'in-flight/limit')).toEqual([50, 50, null, 50]);
});

test('What was kept is left alone when the clock was set back, or it makes no sense', () => {
  const store = storeOf();
  const before = new Watcher();
  before.take(finished(100, 10), 1000);
  keepHistory(store, before.watch);
  expect(keptHistory(store, 999)).toBeNull();
  expect(keptHistory(storeOf(), 2000)).toBeNull();
  for (const text of ['{', '{}', '[1]', '"x"']) {
    expect(keptHistory(storeOf(new Map([['spillway-history-1', text]])), 2000)).toBeNull();
  }
  const forbidden = () => {
    throw new Error('no storage here');
  };
  expect(keptHistory(forbidden, 2000)).toBeNull();
  keepHistory(forbidden, before.watch);
});
