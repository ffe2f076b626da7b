/** One plot of the page: what its script draws, knowing nothing of load tests. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  readonly x: readonly number[];
  readonly xScale: 'linear' | 'log2' | 'log10';
  /** `percentile`: x is one in how many. */
  readonly xUnit: 'time' | 'number' | 'percentile';
  readonly xLabel: string;
  /** Vertical lines. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  /** All of a unit share an axis: the first unit on the left, the other on the right. */
  readonly series: readonly PlotSeries[];
}

export interface PlotSeries {
  readonly label: string;
  /** The colour is the style sheet's `--plot-…`. */
  readonly colour: 'sent' | 'good' | 'warm' | 'failed';
  readonly unit: 'number' | 'seconds';
  readonly values: readonly (number | null)[];
}
