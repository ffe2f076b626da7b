import type { Percentiles } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { shownOf, worstOf } from '../../watch/fleet.ts';
import { latencyBlock, latencyKinds } from '../blocks/latency-block.ts';
import { type Block, type Canvas, type Page, stack } from '../canvas.ts';
import { type ScreenState, shownProxies } from '../screen-state.ts';
import { cell } from '../text/fit.ts';
import { range, sparkline } from '../text/pictures.ts';
import { type Line, span } from '../text/span.ts';

/** The percentiles, where they lie beside each other, and how the 95th was. */
export function latency(state: ScreenState, canvas: Canvas): Page {
  const shown = shownOf(shownProxies(state));
  const { proxies, points } = shown;
  if (!proxies.some(({ latest }) => latest !== null))
    return { head: [], body: [[span(' nothing is known yet', 'dim')]] };
  const named = latencyKinds.map(({ label, pick }) => ({ label, of: worstOf(proxies, pick) }));
  const upstreams = proxies.flatMap(({ latest }) =>
    (latest?.snapshot.upstreams ?? []).map(({ url, service, service_time }) => ({
      label: service === undefined ? url : `${service} ${url}`,
      of: service_time,
    })),
  );
  const table = latencyBlock(shown, canvas);
  const width = Math.max(4, canvas.columns - 24);
  const history: Block = {
    lines: [
      [
        span(' p95 was'.padEnd(13), 'dim'),
        cell(formatSeconds(points.at(-1)?.p95 ?? null), 9, { align: 'right' }),
        span(' '),
        span(
          sparkline(
            points.map(({ p95 }) => p95),
            width,
            canvas.glyphs,
          ),
          'accent',
        ),
      ],
    ],
    ...{ least: 1, good: 1, rank: 1 },
  };
  const ranges = block(rangeLines('where the time goes', named, canvas), 2);
  const perUpstream = block(rangeLines('at the upstreams', upstreams, canvas), 3);
  const blocks = [{ ...table, good: 6, rank: 0 }, history, ranges, perUpstream];
  const whole = blocks.reduce((sum, { lines }) => sum + lines.length + 1, -1);
  if (whole <= canvas.rows) return { head: [], body: stack(blocks, canvas.rows) };
  const all = blocks.flatMap(({ lines }, index) => (index === 0 ? lines : [[], ...lines]));
  return { head: [], body: all };
}

function block(lines: readonly Line[], rank: number): Block {
  return { lines, least: 1, good: lines.length, rank };
}

interface Named {
  readonly label: string;
  readonly of: Percentiles;
}

function rangeLines(title: string, all: readonly Named[], { columns, glyphs }: Canvas): Line[] {
  const known = all.filter(({ of }) => (of.p99 ?? 0) > 0);
  if (known.length === 0) return [];
  const low = Math.max(1e-4, Math.min(...known.map(({ of }) => Math.max(1e-4, of.p50 ?? 1e-4))));
  const high = Math.max(low * 10, ...known.map(({ of }) => of.p99 ?? 0));
  const longest = Math.max(...known.map(({ label }) => label.length));
  const labelWidth = Math.max(13, Math.min(longest + 2, Math.floor(columns / 2) - 4));
  const width = Math.max(4, columns - labelWidth - 2);
  const { p50, p95, p99 } = glyphs.range;
  const scale = `${formatSeconds(low)} to ${formatSeconds(high)}, logarithmic`;
  const legend = `${title}   ${p50} p50  ${p95} p95  ${p99} p99   ${scale}`;
  return [
    [span(` ${legend}`, 'dim')],
    ...known.map(
      ({ label, of }): Line => [
        cell(` ${label}`, labelWidth),
        span(range(of, { low, high, width }, glyphs), 'accent'),
      ],
    ),
  ];
}
