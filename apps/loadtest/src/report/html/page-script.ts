import type uPlot from 'uplot';
import type { Plot, PlotSeries } from './plot.ts';

/** What the script needs of a browser, so that this program needs no DOM types. */
export interface Page {
  readonly uPlot: new (options: uPlot.Options, data: uPlot.AlignedData, target: unknown) => uPlot;
  element(id: string): { readonly clientWidth: number; replaceChildren(): void } | null;
  /** A custom property of the style sheet in force. */
  colour(name: string): string;
  onChange(redraw: () => void): void;
  formatSeconds(seconds: number | null): string;
  formatNumber(value: number | null): string;
}

/** Runs in the browser, out of this source: it stands alone, and knows only its arguments. */
export function drawPlots(page: Page, plots: readonly Plot[]): void {
  const drawn: uPlot[] = [];
  const show = (unit: PlotSeries['unit'], value: number | null): string =>
    unit === 'seconds' ? page.formatSeconds(value) : page.formatNumber(value);
  const showX = (plot: Plot, value: number): string => {
    if (plot.xUnit === 'time') return `${value} s`;
    if (plot.xUnit === 'number') return page.formatNumber(value);
    const digits = Math.max(0, Math.ceil(Math.log10(value)) - 2);
    return `${(100 * (1 - 1 / value)).toFixed(digits)} %`;
  };

  const axis = (over: uPlot.Axis): uPlot.Axis => ({
    stroke: page.colour('--text-dim'),
    grid: { stroke: page.colour('--line'), width: 1 },
    ticks: { stroke: page.colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
    ...over,
  });

  const markX = (plot: Plot) => (chart: uPlot) => {
    const { ctx, bbox } = chart;
    for (const { at, label } of plot.marks) {
      const x = Math.round(chart.valToPos(at, 'x', true));
      ctx.save();
      ctx.strokeStyle = page.colour('--text');
      ctx.fillStyle = page.colour('--text');
      ctx.setLineDash([6, 4]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const right = x + ctx.measureText(label).width + 12 < bbox.left + bbox.width;
      ctx.textAlign = right ? 'left' : 'right';
      ctx.fillText(label, x + (right ? 6 : -6), bbox.top + 14);
      ctx.restore();
    }
  };

  const xAxis = (plot: Plot): uPlot.Axis => {
    const logarithmic = plot.xScale !== 'linear';
    const base = plot.xScale === 'log2' ? 2 : 10;
    // Only whole powers get a label, and only seconds that are whole.
    const isLabelled = (value: number): boolean =>
      logarithmic
        ? Math.abs(
            Math.log(value) / Math.log(base) - Math.round(Math.log(value) / Math.log(base)),
          ) < 1e-9
        : Number.isInteger(value);
    return axis({
      label: plot.xLabel,
      labelSize: 20,
      size: 34,
      values: (_chart, splits) =>
        splits.map((value) => (isLabelled(value) ? showX(plot, value) : '')),
    });
  };

  const draw = (plot: Plot): void => {
    const place = page.element(`plot-${plot.id}`);
    if (!place) return;
    place.replaceChildren();
    const units = [...new Set(plot.series.map(({ unit }) => unit))];
    const distribution = { linear: 1, log2: 3, log10: 3 } as const;
    const options: uPlot.Options = {
      width: place.clientWidth,
      height: 280,
      scales: {
        x: {
          time: false,
          range: (): [number, number] => [plot.x[0] ?? 0, plot.x.at(-1) ?? 1],
          distr: distribution[plot.xScale],
          log: plot.xScale === 'log2' ? 2 : 10,
        },
        ...Object.fromEntries(
          units.map((unit) => [
            unit,
            // From 0, with a little room above; two lines along the bottom when all is 0.
            {
              range: (_chart: uPlot, _low: number, high: number) => [0, high > 0 ? high * 1.08 : 1],
            },
          ]),
        ),
      },
      axes: [
        xAxis(plot),
        ...units.map((unit, n) =>
          axis({
            scale: unit,
            side: n === 0 ? 3 : 1,
            size: 68,
            values: (_chart, splits) => splits.map((value) => show(unit, value)),
            ...(n === 0 ? {} : { grid: { show: false } }),
          }),
        ),
      ],
      series: [
        {
          label: { time: 'second', number: 'at once', percentile: 'percentile' }[plot.xUnit],
          value: (_chart, value) => (value === null ? '–' : showX(plot, value)),
        },
        ...plot.series.map(
          ({ label, unit, colour }): uPlot.Series => ({
            label,
            scale: unit,
            stroke: page.colour(`--plot-${colour}`),
            width: 2,
            points: { show: plot.x.length <= 40, size: 5 },
            value: (_chart, value) => show(unit, value),
          }),
        ),
      ],
      hooks: { draw: [markX(plot)] },
    };
    const data = [plot.x, ...plot.series.map(({ values }) => values)] as uPlot.AlignedData;
    drawn.push(new page.uPlot(options, data, place));
  };

  const redraw = (): void => {
    for (const chart of drawn.splice(0)) chart.destroy();
    for (const plot of plots) draw(plot);
  };
  page.onChange(redraw);
  redraw();
}
