import { expect, it } from 'vitest';
import type { Stay } from './backend.ts';
import type { Visit } from './clients.ts';
import { countAboveLimit, countOvertaken, judge } from './judge.ts';
import type { Change, Run } from './play.ts';

const stay = (id: string, from: number, until: number): Stay => ({
  ...{ id, from, until, kind: 'api', via: '1.1 one' },
});

const reload = (from: number, api: number): Change => ({
  ...{ what: 'reload', from, until: from + 10, limits: { api } },
});

it('counts arrivals above the limit, and lets one of before settle', () => {
  const changes = [reload(0, 2), reload(1000, 1)];
  const pair = (from: number) => [stay('a', from, from + 50), stay('b', from + 1, from + 50)];
  expect(countAboveLimit(pair(500), changes, 'api')).toBe(0);
  expect(countAboveLimit([...pair(500), stay('c', 502, 600)], changes, 'api')).toBe(1);
  expect(countAboveLimit(pair(1050), changes, 'api')).toBe(0);
  expect(countAboveLimit(pair(1200), changes, 'api')).toBe(1);
});

it('counts those that a later one has overtaken, and forgives what came together', () => {
  const line = (...pairs: [number, number][]) => pairs.map(([came, went]) => ({ came, went }));
  expect(countOvertaken(line([0, 100], [50, 120], [90, 140]))).toBe(0);
  expect(countOvertaken(line([0, 130], [50, 120], [90, 140]))).toBe(1);
  expect(countOvertaken(line([0, 200], [50, 201], [90, 140]))).toBe(2);
  expect(countOvertaken(line([0, 104], [4, 100]))).toBe(0);
});

const visit = (id: string, due: number, end: number): Visit => ({
  ...{ id, due, end, kind: 'api', result: '200' },
});

const run = (more: Partial<Run>): Run => ({
  changes: [reload(0, 1)],
  faults: [],
  visits: [],
  streamEnds: [],
  stays: [],
  standstills: { clients: [], backend: [] },
  accessLines: [],
  ...more,
});

it('tells waits near a change from others, and leaves out those through a standstill of the clients', () => {
  const { waits, raw, leftOut } = judge(
    run({
      changes: [reload(0, 1), reload(1000, 1)],
      visits: [visit('a', 100, 135), visit('b', 990, 1060), visit('c', 2000, 2400)],
      stays: [stay('a', 103, 133), stay('b', 1028, 1058), stay('c', 2003, 2033)],
      standstills: { clients: [{ from: 2033, until: 2390 }], backend: [] },
    }),
  );
  expect(waits['before any change']).toMatchObject({ count: 1, max: 5 });
  expect(waits.reload).toMatchObject({ count: 1, max: 40 });
  expect(waits['between changes']).toBeUndefined();
  expect([raw['between changes']?.max, leftOut]).toEqual([370, 1]);
});

it('expects of a pause that the queue is worked off at the limit, and no more', () => {
  const pause: Change = { what: 'pause', from: 1000, until: 2000, limits: { api: 1 } };
  const { waits } = judge(
    run({
      changes: [reload(0, 1), pause],
      // 30 ms each: the second one has to wait for the first.
      visits: [visit('a', 100, 130), visit('b', 1000, 2032), visit('c', 1500, 2067)],
      stays: [stay('a', 100, 130), stay('b', 2001, 2031), stay('c', 2035, 2065)],
    }),
  );
  expect(waits.pause).toMatchObject({ count: 2, max: 6 });
});
