import type { MetricsSnapshot } from '@spillway/contracts';
import type { Interval } from '@spillway/diagnosis';
import type { Reading } from './reading.ts';

export type Tone = 'fine' | 'warning' | 'critical';

/** What a tile may look at. */
export interface TileInput {
  readonly snapshot: MetricsSnapshot;
  /** What this page saw happen in the last minute; null before the second poll. */
  readonly lastMinute: Interval | null;
}

export interface TileFace {
  readonly value: string;
  readonly unit?: string;
  readonly detail: string;
  /** A bar of how much of a limit is used. */
  readonly used?: { readonly value: number; readonly limit: number };
  readonly tone?: Tone;
}

export interface Tile {
  readonly id: string;
  readonly label: string;
  readonly face: (input: TileInput) => TileFace;
  /** What is drawn small beneath. */
  readonly trace?: (reading: Reading) => number | null;
}

/** Name of a tile's trace in the history. */
export const traceName = ({ id }: Tile): string => `tile/${id}`;
