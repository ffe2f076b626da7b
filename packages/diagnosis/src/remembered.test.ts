import { expect, test } from 'vitest';
import type { Observation } from './observation.ts';
import { historySeconds, memorySeconds, remembered } from './remembered.ts';
import { answering, repeated, series, taking } from './testing/series.ts';

const rarely = {
  ...answering(300, { count: 2 }),
  latest_answers: { seconds: 1800, first_byte: taking(300), service_time: taking(300) },
};

/** What a watcher has kept by the end. */
const keptOf = (observations: readonly Observation[]): Observation[] =>
  observations.reduce<Observation[]>((kept, latest) => remembered(kept, latest), []);

test('Where a minute has many answers, five minutes are remembered, and all of them', () => {
  const all = series(repeated(200, { upstreams: [answering(1)] }));
  expect(keptOf(all)).toEqual(all.slice(-(historySeconds / 5) - 1));
});

test('Where answers are rare, five times as long as the latest cover', () => {
  const all = series(repeated(4000, { upstreams: [rarely] }));
  const [first, ...kept] = keptOf(all);
  const latest = kept.at(-1) as Observation;
  expect(memorySeconds(latest)).toBe(9000);
  const age = latest.at - (first as Observation).at;
  expect(age).toBeLessThanOrEqual(9000);
  expect(age).toBeGreaterThan(8700);
});

test('Of the older ones few are kept, evenly, and of the last five minutes all', () => {
  const all = series(repeated(4000, { upstreams: [rarely] }));
  const kept = keptOf(all);
  const older = kept.slice(0, -(historySeconds / 5) - 1);
  expect(kept.slice(older.length)).toEqual(all.slice(-(historySeconds / 5) - 1));
  expect(older.length).toBeLessThanOrEqual(60);
  const gaps = older.slice(1).map((one, i) => one.at - (older[i] as Observation).at);
  expect(new Set(gaps)).toEqual(new Set([150]));
});
