import { describe, expect, test } from 'vitest';
import { columnsOf, stacked } from './columns.ts';
import { History } from './history.ts';

const shape = {
  fineSeconds: 10,
  stepSeconds: 10,
  keptSeconds: 60,
  foldOf: (line: string) => (line === 'p99' ? 'max' : 'mean') as 'max' | 'mean',
};

describe('History', () => {
  test('keeps every poll for a while, then one row for some seconds', () => {
    const history = new History(shape);
    for (let at = 100; at < 130; at += 2) history.add({ at, values: { rate: at, p99: at } });
    expect(history.rows().map(({ at }) => at)).toEqual([100, 110, 120, 122, 124, 126, 128]);
    expect(history.rows()[0]?.values).toEqual({ rate: 104, p99: 108 });
  });

  test('forgets what is too old, however long nobody looked', () => {
    const history = new History(shape);
    for (let at = 0; at <= 300; at += 5) history.add({ at, values: { rate: 1 } });
    const [oldest] = history.rows();
    expect(oldest?.at).toBeGreaterThanOrEqual(240);
    history.add({ at: 10_000, values: { rate: 1 } });
    expect(history.rows().map(({ at }) => at)).toEqual([10_000]);
  });

  test('keeps a gap between two lives of the proxy after folding', () => {
    const history = new History(shape);
    history.add({ at: 101, values: { rate: 1 } });
    history.gap(102);
    history.add({ at: 103, values: { rate: 3 } });
    history.add({ at: 120, values: { rate: 5 } });
    expect(history.rows().map(({ values }) => values.rate ?? null)).toEqual([1, null, 3, 5]);
  });

  test('takes a line up that appears later, and skips what is missing', () => {
    const history = new History(shape);
    history.add({ at: 100, values: { p99: null } });
    history.add({ at: 102, values: { p99: 7, late: 1 } });
    history.add({ at: 120, values: { p99: null } });
    expect(history.rows()[0]?.values).toEqual({ p99: 7, late: 1 });
  });

  test('has no gap before its first row', () => {
    const history = new History(shape);
    history.gap(1);
    expect(history.rows()).toEqual([]);
  });
});

test('Columns begin one row before the window', () => {
  const rows = [1, 2, 3, 4].map((at) => ({ at, values: { a: at * 10 } }));
  expect(columnsOf(rows, ['a', 'b'], 3)).toEqual([
    [2, 3, 4],
    [20, 30, 40],
    [null, null, null],
  ]);
  expect(columnsOf(rows, ['a'], 9)).toEqual([[], []]);
});

test('A stack leaves out the hidden and keeps gaps', () => {
  const columns = [
    [1, 2],
    [1, null],
    [2, 2],
    [4, 4],
  ] as [number[], ...(number | null)[][]];
  expect(stacked(columns, [false, true, false])).toEqual([
    [1, 2],
    [1, null],
    [1, 0],
    [5, 4],
  ]);
});
