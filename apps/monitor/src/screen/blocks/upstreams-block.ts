import { formatCount, formatSeconds } from '@spillway/quantities';
import type { Shown } from '../../watch/fleet.ts';
import type { Block, Canvas } from '../canvas.ts';
import { cell } from '../text/fit.ts';
import { type Line, span } from '../text/span.ts';
import { breakerCell, breakerWidth } from './breaker-words.ts';

/** A row an upstream: its breaker, what it works on, how long it takes. */
export function upstreamsBlock({ proxies }: Shown, { columns, glyphs }: Canvas): Block {
  const upstreams = proxies.flatMap(({ latest }) => latest?.snapshot.upstreams ?? []);
  const isWide = columns >= 72;
  const urlWidth = Math.max(10, columns - (breakerWidth + 1) - (isWide ? 10 + 13 + 10 + 2 : 9 + 2));
  const right = { align: 'right', style: 'dim' } as const;
  const heading: Line = [
    cell(` ${upstreams.length === 1 ? 'upstream' : `${upstreams.length} upstreams`}`, urlWidth, {
      style: 'dim',
    }),
    cell(' breaker', breakerWidth + 1, { style: 'dim' }),
    cell(isWide ? 'in flight' : 'flying', isWide ? 10 : 9, right),
    ...(isWide ? [cell('connections', 13, right), cell('p95', 10, right)] : []),
  ];
  const rows = upstreams.map((upstream): Line => {
    const { url, active, connections, service_time } = upstream;
    return [
      cell(` ${url}`, urlWidth),
      span(' '),
      breakerCell(upstream, glyphs),
      cell(formatCount(active), isWide ? 10 : 9, { align: 'right' }),
      ...(isWide
        ? [
            cell(formatCount(connections.open), 13, { align: 'right' }),
            cell(formatSeconds(service_time.p95), 10, { align: 'right' }),
          ]
        : []),
    ];
  });
  const lines = upstreams.length === 0 ? [] : [heading, ...rows];
  return {
    lines,
    least: Math.min(3, lines.length),
    good: 3,
    rank: 4,
    optional: proxies.length > 1,
    shrink: (room) => [
      ...lines.slice(0, Math.max(1, room - 1)),
      [span(` and ${upstreams.length - Math.max(0, room - 2)} more: press 2`, 'dim')],
    ],
  };
}
