import uPlot from 'uplot';
import { formatValue } from '../figures/format-value.ts';
import type { Line, Look, PlotSpec } from '../figures/plot-spec.ts';
import { formatClock, formatMinute } from '../format/clock.ts';
import { paint, paintThrough } from '../theme/paint.ts';
import type { Mark } from '../watch/watch.ts';
import { drawMarks } from './draw-marks.ts';
import { topOf } from './top-of.ts';

/** What a plot asks for each time it draws. */
export interface PlotView {
  readonly window: () => { readonly from: number; readonly to: number };
  readonly marks: () => readonly Mark[];
  /** The row under the cursor; null when there is none. */
  readonly onCursor: (row: number | null) => void;
}

export const plotHeight = 180;
const syncKey = 'spillway';

/** A plot of these lines for uPlot; it has no legend of its own, ours works with a keyboard. */
export function plotOptions(
  plot: PlotSpec,
  lines: readonly Line[],
  width: number,
  view: PlotView,
): uPlot.Options {
  return {
    width,
    height: plotHeight,
    legend: { show: false },
    padding: [10, 12, 0, 0],
    cursor: {
      sync: { key: syncKey, setSeries: false },
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, width: 1.5 },
      y: false,
    },
    scales: {
      x: { time: true, range: () => [view.window().from, view.window().to] },
      y: { range: (_chart, _low, high) => [0, topOf(high, plot)] },
    },
    axes: [timeAxis(view), valueAxis(plot)],
    series: [{}, ...lines.map((line) => seriesOf(plot, line, fillOf(plot, lines)))],
    bands: plot.shape === 'stack' ? bandsOf(lines.length) : [],
    hooks: {
      draw: [(chart) => drawMarks(chart, view.marks())],
      setCursor: [(chart) => view.onCursor(chart.cursor.idx ?? null)],
    },
  };
}

/** Percent; several lines that cross stay readable only without. */
function fillOf({ shape }: PlotSpec, lines: readonly Line[]): number {
  if (shape === 'stack') return 42;
  const alone = lines.filter(({ look }) => look !== 'limit').length === 1;
  return shape === 'lines' && alone ? 14 : 0;
}

const dashes: Readonly<Record<Look, number[]>> = {
  limit: [7, 5],
  dashed: [9, 3],
  dotted: [2, 2.5],
};

function seriesOf(plot: PlotSpec, { hue, look, label }: Line, fill: number): uPlot.Series {
  const colour = `--hue-${hue}`;
  const dash = look === undefined ? undefined : dashes[look];
  return {
    label,
    stroke: () => paint(colour),
    width: look === 'limit' ? 1.25 : 1.75,
    points: { show: false },
    ...(dash === undefined ? {} : { dash }),
    ...(fill === 0 || look === 'limit' ? {} : { fill: () => paintThrough(colour, fill) }),
    ...(plot.shape === 'steps' ? { paths: uPlot.paths.stepped?.({ align: 1 }) as never } : {}),
  };
}

/** Between a line and the one beneath it. */
const bandsOf = (lines: number): uPlot.Band[] =>
  Array.from({ length: lines - 1 }, (_, i) => ({ series: [i + 2, i + 1] }));

const axisLook = (): uPlot.Axis => ({
  stroke: () => paint('--ink-soft'),
  font: '11px system-ui, sans-serif',
  grid: { stroke: () => paint('--line-soft'), width: 1 },
  ticks: { show: false },
});

const timeAxis = (view: PlotView): uPlot.Axis => ({
  ...axisLook(),
  size: 28,
  gap: 6,
  space: 68,
  grid: { show: false },
  values: (_chart, times) => {
    const { from, to } = view.window();
    return times.map(to - from < 600 ? formatClock : formatMinute);
  },
});

const valueAxis = (plot: PlotSpec): uPlot.Axis => ({
  ...axisLook(),
  size: 62,
  gap: 8,
  space: 34,
  ...(plot.unit === 'breaker' ? { splits: () => [0, 1, 2] } : {}),
  ...(plot.unit === 'requests'
    ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] }
    : {}),
  values: (_chart, values) => values.map((value) => formatValue(value, plot.unit)),
});
