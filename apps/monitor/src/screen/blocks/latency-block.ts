import type { MetricsSnapshot, Percentiles } from '@spillway/contracts';
import { formatCount, formatSeconds } from '@spillway/quantities';
import { type Shown, worstOf } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { cell } from '../text/fit.ts';
import { type Line, span } from '../text/span.ts';

export interface LatencyKind {
  readonly label: string;
  readonly pick: (snapshot: MetricsSnapshot) => Percentiles;
}

/** In the order of interest, since small screens show only the first. */
export const latencyKinds: readonly LatencyKind[] = [
  { label: 'response', pick: ({ metrics }) => metrics.response_time },
  { label: 'queue wait', pick: ({ metrics }) => metrics.queue_wait },
  { label: 'first byte', pick: ({ metrics }) => metrics.first_byte },
  { label: 'connect', pick: ({ metrics }) => metrics.connect },
  { label: 'body', pick: ({ metrics }) => metrics.body },
];

type Column = Exclude<keyof Percentiles, 'count'> | 'count';

const wide: readonly Column[] = ['p50', 'p90', 'p95', 'p99', 'max', 'count'];
const narrow: readonly Column[] = ['p50', 'p95', 'p99'];

/** Percentiles of the last minute. Of several proxies each shows the worst one's. */
export function latencyBlock({ proxies }: Shown, { columns }: Canvas): Block {
  const shown = columns >= 72 ? wide : narrow;
  const title = proxies.length > 1 ? ' worst proxy' : ' last minute';
  const lines: Line[] = [
    [
      span(title.padEnd(13), 'dim'),
      ...shown.map((column) =>
        cell(column === 'count' ? 'samples' : column, 10, { align: 'right', style: 'dim' }),
      ),
    ],
    ...latencyKinds.map(({ label, pick }) => latencyRow(label, worstOf(proxies, pick), shown)),
  ];
  return { lines, least: 2, good: 3, rank: 3 };
}

function latencyRow(label: string, percentiles: Percentiles, columns: readonly Column[]): Line {
  return [
    cell(` ${label}`, 13),
    ...columns.map((column) =>
      column === 'count'
        ? cell(formatCount(percentiles.count), 10, { align: 'right', style: 'dim' })
        : cell(formatSeconds(percentiles[column]), 10, { align: 'right' }),
    ),
  ];
}
