import type { UpstreamSnapshot } from '@spillway/contracts';
import { formatCount, formatSeconds } from '@spillway/quantities';
import { breakerCell, breakerWidth } from '../blocks/breaker-words.ts';
import type { Canvas, Page } from '../canvas.ts';
import { type ScreenState, shownProxies } from '../screen-state.ts';
import { cell, lineWidth } from '../text/fit.ts';
import { type Line, span } from '../text/span.ts';

interface Column {
  readonly heading: string;
  readonly width: number;
  readonly show: (upstream: UpstreamSnapshot) => string;
}

/** In the order in which they are given up where there is no room, the last first. */
const columns: readonly Column[] = [
  { heading: 'in flight', width: 10, show: ({ active }) => formatCount(active) },
  { heading: 'p95', width: 9, show: ({ service_time }) => formatSeconds(service_time.p95) },
  { heading: 'open', width: 6, show: ({ connections }) => formatCount(connections.open) },
  { heading: 'idle', width: 6, show: ({ connections }) => formatCount(connections.idle) },
  { heading: 'p50', width: 9, show: ({ service_time }) => formatSeconds(service_time.p50) },
  { heading: 'p99', width: 9, show: ({ service_time }) => formatSeconds(service_time.p99) },
  { heading: '1st byte p95', width: 14, show: ({ first_byte }) => formatSeconds(first_byte.p95) },
  {
    heading: 'connecting',
    width: 12,
    show: ({ connections }) => formatCount(connections.connecting),
  },
  { heading: 'waiting', width: 9, show: ({ connections }) => formatCount(connections.waiting) },
  { heading: 'trips', width: 7, show: ({ breaker }) => formatCount(breaker.opened_total) },
];

/** Every upstream with its breaker, connections and times of the last minute. */
export function upstreams(state: ScreenState, canvas: Canvas): Page {
  const { glyphs } = canvas;
  const shown = shownProxies(state);
  const all = shown.flatMap(({ url, latest }) =>
    (latest?.snapshot.upstreams ?? []).map((upstream) => ({ proxy: url, upstream })),
  );
  if (all.length === 0) return { head: [], body: [[span(' no upstream is known yet', 'dim')]] };
  const longest = Math.max(...all.map(({ upstream }) => upstream.url.length));
  const urlWidth = Math.max(12, Math.min(longest + 2, canvas.columns - breakerWidth - 24));
  let left = canvas.columns - urlWidth - breakerWidth - 3;
  const fitting = columns.filter(({ width }) => {
    left -= width;
    return left >= 0;
  });
  const dim = { style: 'dim', align: 'right' } as const;
  const heading: Line = [
    cell(` ${all.length === 1 ? 'upstream' : `${all.length} upstreams`}`, urlWidth, {
      style: 'dim',
    }),
    cell(' breaker', breakerWidth + 1, { style: 'dim' }),
    ...fitting.map(({ heading, width }) => cell(heading, width, dim)),
  ];
  const row = (upstream: UpstreamSnapshot): Line => [
    cell(` ${upstream.url}`, urlWidth),
    span(' '),
    breakerCell(upstream, glyphs),
    ...fitting.map(({ width, show }) => cell(show(upstream), width, { align: 'right' })),
  ];
  const rows = all.flatMap(({ proxy, upstream }, index): Line[] => {
    const { service } = upstream;
    const before = all[index - 1];
    const isFirst = before?.proxy !== proxy || before.upstream.service !== service;
    const owner = [
      ...(service === undefined ? [] : [service]),
      ...(shown.length > 1 ? [proxy] : []),
    ];
    return isFirst && owner.length > 0
      ? [[span(` of ${owner.join(' at ')}`, 'accent')], row(upstream)]
      : [row(upstream)];
  });
  const more = span(`  ${rows.length} rows: j k`, 'dim');
  const fits = lineWidth(heading) + lineWidth([more]) <= canvas.columns;
  return { head: [fits && rows.length >= canvas.rows ? [...heading, more] : heading], body: rows };
}
