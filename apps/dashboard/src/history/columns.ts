import type { Row } from './history.ts';

/** Times, then one column a line: what a plot draws. Null where a line has nothing. */
export type Columns = [times: number[], ...lines: (number | null)[][]];

/** The rows since an instant, with one before it so that lines reach the edge. */
export function columnsOf(rows: readonly Row[], lines: readonly string[], since: number): Columns {
  const first = rows.findIndex(({ at }) => at >= since);
  const shown = first === -1 ? [] : rows.slice(Math.max(0, first - 1));
  return [
    shown.map(({ at }) => at),
    ...lines.map((line) => shown.map(({ values }) => values[line] ?? null)),
  ];
}

/** Each line on top of the visible ones before it; hidden lines keep a place, without height. */
export function stacked(columns: Columns, hidden: readonly boolean[]): Columns {
  const [times, ...lines] = columns;
  const heights = new Array<number>(times.length).fill(0);
  const piled = lines.map((line, i) =>
    line.map((value, row) => {
      if (value === null) return null;
      if (hidden[i] !== true) heights[row] = (heights[row] as number) + value;
      return heights[row] as number;
    }),
  );
  return [times, ...piled];
}
