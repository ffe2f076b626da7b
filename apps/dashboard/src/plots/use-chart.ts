import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Line, PlotSpec } from '../figures/plot-spec.ts';
import type { Columns } from '../history/columns.ts';
import { themeChanged } from '../theme/use-theme.ts';
import { type PlotView, plotHeight, plotOptions } from './plot-options.ts';

/** Keeps a uPlot in the element: made anew for other lines, else only given new data. */
export function useChart(
  place: RefObject<HTMLDivElement | null>,
  plot: PlotSpec,
  lines: readonly Line[],
  columns: Columns,
  hidden: readonly boolean[],
  view: PlotView,
): RefObject<uPlot | null> {
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(view);
  latest.current = view;
  const drawn = lines.map(({ key }) => key).join('\n');
  const shown = hidden.join();

  // `drawn` stands for the lines, whose objects are new at each poll.
  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    const late: PlotView = {
      window: () => latest.current.window(),
      marks: () => latest.current.marks(),
      onCursor: (row) => latest.current.onCursor(row),
    };
    const made = new uPlot(plotOptions(plot, lines, element.clientWidth, late), columns, element);
    chart.current = made;
    const resize = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: plotHeight });
    });
    resize.observe(element);
    const repaint = () => made.redraw(false, true);
    addEventListener(themeChanged, repaint);
    return () => {
      resize.disconnect();
      removeEventListener(themeChanged, repaint);
      made.destroy();
      chart.current = null;
    };
  }, [plot, drawn]);

  // `shown` stands for what is hidden.
  useLayoutEffect(() => {
    hidden.forEach((off, i) => {
      if (chart.current?.series[i + 1]?.show === off)
        chart.current.setSeries(i + 1, { show: !off });
    });
  }, [drawn, shown]);

  useEffect(() => chart.current?.setData(columns), [columns]);
  return chart;
}
