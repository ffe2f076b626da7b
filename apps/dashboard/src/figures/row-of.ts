import type { Fold, Row } from '../history/history.ts';
import { lineName } from './plot-spec.ts';
import { plots } from './plots.ts';
import type { Reading } from './reading.ts';
import { traceName } from './tile.ts';
import { tiles } from './tiles.ts';

/** The values of all lines of all plots, and of the traces of tiles. */
export function rowOf(reading: Reading, at: number): Row {
  const values: Record<string, number | null> = {};
  for (const plot of plots) {
    for (const line of plot.lines(reading.snapshot)) {
      values[lineName(plot, line)] = line.value(reading);
    }
  }
  for (const tile of tiles) {
    if (tile.trace !== undefined) values[traceName(tile)] = tile.trace(reading);
  }
  return { at, values };
}

const folds = new Map(plots.map(({ id, fold }) => [id, fold]));

/** How a line of a plot shrinks when it gets older. */
export const foldOf = (name: string): Fold => folds.get(name.slice(0, name.indexOf('/'))) ?? 'mean';
