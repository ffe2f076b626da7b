import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { historySeconds } from './remembered.ts';
import { rules } from './rules/index.ts';
import { answering, type Poll, repeated, rulesOf, series } from './testing/series.ts';

const well: Poll = { ends: { ok: 200 }, inFlight: 4, upstreams: [answering(0.1)] };
const failing: Poll = { ends: { ok: 150, upstream_error: 50 }, upstreams: [answering(0.1)] };
const none: readonly string[] = [];

test('Nothing is found of nothing, of one poll, or of an idle proxy', () => {
  expect(diagnose([])).toEqual([]);
  expect(rulesOf([failing])).toEqual(none);
  expect(rulesOf(repeated(30, {}))).toEqual(none);
  expect(rulesOf(repeated(30, well))).toEqual(none);
});

test('What is seen must be seen at three polls in a row to be found', () => {
  expect(rulesOf([well, ...repeated(2, failing)])).toEqual(none);
  expect(rulesOf([well, ...repeated(3, failing)])).toEqual(['upstream-errors']);
  expect(rulesOf([well, failing, failing, well, failing, failing])).toEqual(none);
});

test('What was found stays for two polls without it, and is gone at the third', () => {
  const found = [well, ...repeated(3, failing)];
  expect(rulesOf([...found, ...repeated(2, well)])).toEqual(['upstream-errors']);
  expect(rulesOf([...found, ...repeated(3, well)])).toEqual(none);
  expect(rulesOf([...found, well, well, failing, well, well])).toEqual(['upstream-errors']);
});

test('A cause that is absent for a poll or two before it is found hides its symptoms all the same', () => {
  const shed: Poll = { ...well, inFlight: 3, ends: { ok: 150, overloaded: 50 } };
  const busy = { event_loop_utilization: 1, event_loop_delay: { p50: 0, p99: 0.3, max: 0.3 } };
  const both: Poll = { ...shed, process: busy };
  expect(rulesOf([well, ...repeated(3, shed)])).toEqual(['too-much-asked']);
  expect(rulesOf([well, both, shed, shed])).toEqual(none);
  expect(rulesOf([well, both, shed, shed, shed])).toEqual(['too-much-asked']);
  expect(rulesOf([well, both, shed, shed, both, both])).toEqual(none);
  const [finding] = diagnose(series([well, both, shed, ...repeated(3, both)], 2));
  expect(finding).toMatchObject({ rule: 'proxy-busy', for_seconds: 4 });
});

test('A finding tells for how long it has held, from the first sight of it', () => {
  const [finding] = diagnose(series([well, ...repeated(7, failing)], 2));
  expect(finding).toMatchObject({ rule: 'upstream-errors', for_seconds: 12 });
});

test('It holds at any polling interval, and with an irregular one', () => {
  for (const everySeconds of [0.1, 1, 5, 30]) {
    expect(rulesOf([well, ...repeated(5, failing)], everySeconds)).toEqual(['upstream-errors']);
  }
  const polls = series([well, ...repeated(5, failing)], 1).map((poll, i) => ({
    ...poll,
    at: i * i,
    uptime: i * i,
  }));
  expect(diagnose(polls).map(({ rule }) => rule)).toEqual(['upstream-errors']);
});

test('A restart begins anew: what was before it is no evidence', () => {
  const before = series([well, ...repeated(5, failing)]);
  const after = series(repeated(2, failing));
  expect(diagnose([...before, ...after])).toEqual([]);
  const restarted = after.map((poll) => ({ ...poll, startedAt: '2026-01-02T00:00:00.000Z' }));
  expect(diagnose([...before, ...restarted])).toEqual([]);
});

test('Whoever drains is not told what is wrong: it ends anyway', () => {
  expect(rulesOf([well, ...repeated(5, { ...failing, draining: true })])).toEqual(none);
});

test('A finding lapses with the requests that it was made of', () => {
  const lull = (seconds: number) => repeated(seconds / 5, {});
  const few: Poll = { ...failing, ends: { ok: 15, upstream_error: 5 } };
  const trouble = [well, ...repeated(4, few)];
  expect(rulesOf([...trouble, ...lull(30)])).toEqual(['upstream-errors']);
  expect(rulesOf([...trouble, ...lull(120)])).toEqual(none);
});

test('Observations that are too old change nothing', () => {
  const polls = series([...repeated(40, failing), ...repeated(historySeconds / 5, well)]);
  expect(diagnose(polls)).toEqual(diagnose(polls.slice(-historySeconds / 5 - 1)));
});

test('The worst finding comes first', () => {
  const busy = { event_loop_utilization: 1, event_loop_delay: { p50: 0, p99: 0.3, max: 0.3 } };
  const down: Poll = { ends: { connection_refused: 50 }, process: busy };
  expect(rulesOf([{}, ...repeated(5, down)])).toEqual(['upstream-down', 'proxy-busy']);
});

test('No rule explains itself, not even around corners', () => {
  const explained = new Map(rules.map(({ name, explains }) => [name, explains]));
  const reach = (name: string, seen: readonly string[]): void => {
    expect(seen, `${seen.join(' > ')} > ${name}`).not.toContain(name);
    for (const next of explained.get(name as never) ?? []) reach(next, [...seen, name]);
  };
  for (const { name } of rules) reach(name, []);
});
