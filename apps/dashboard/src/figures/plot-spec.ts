import type { MetricsSnapshot } from '@spillway/contracts';
import type { Fold } from '../history/history.ts';
import type { Reading } from './reading.ts';

/** A hue of the style sheet: it has a light and a dark value there. */
export type Hue =
  | 'water'
  | 'blue'
  | 'violet'
  | 'pink'
  | 'red'
  | 'orange'
  | 'amber'
  | 'green'
  | 'slate';

export type Look = 'limit' | 'dashed' | 'dotted';

export interface Line {
  /** Unique in its plot, and the same over all polls. */
  readonly key: string;
  readonly label: string;
  readonly hue: Hue;
  readonly value: (reading: Reading) => number | null;
  /** Tells lines apart without colours. A `limit` is thin and dashed. */
  readonly look?: Look;
  /** Left out until there is something to see. */
  readonly onlyOnceSeen?: boolean;
}

export type Unit = 'per_second' | 'seconds' | 'requests' | 'percent' | 'breaker';

/** One plot: what it draws comes from here alone. */
export interface PlotSpec {
  readonly id: string;
  readonly title: string;
  /** What one sees, in a sentence. */
  readonly about: string;
  readonly unit: Unit;
  readonly fold: Fold;
  readonly shape: 'lines' | 'stack' | 'steps';
  /** The scale reaches at least so far, so that noise near nothing looks like nothing. */
  readonly leastTop: number;
  readonly lines: (snapshot: MetricsSnapshot) => readonly Line[];
}

/** Name of a line in the history. */
export const lineName = (plot: PlotSpec, line: Line): string => `${plot.id}/${line.key}`;
