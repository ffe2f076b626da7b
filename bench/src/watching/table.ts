import { alignColumns } from '../cost/table.ts';
import type { Estimate } from './median-interval.ts';
import type { Prices } from './price.ts';
import { rateBelow, type Share } from './share.ts';

/** One load, priced. */
export interface Priced extends Prices, Share {
  readonly load: string;
}

/** A line for each pace of each watcher under each load. */
export function pollTable(loads: readonly Priced[]): string {
  const rows = loads.flatMap(({ load, polls }) =>
    polls.map(({ watcher, pollsPerSecond, usPerPoll }) => [
      `${watcher}, load ${load}`,
      pollsPerSecond.toFixed(0),
      estimate(usPerPoll, 0),
    ]),
  );
  return alignColumns([['what a poll costs', 'polls/s', 'us CPU/poll'], ...rows]);
}

/** A line a load: all watchers at their own pace. */
export function shareTable(loads: readonly Priced[]): string {
  const rows = loads.map((one) => [
    one.load,
    one.requestsPerSecond.toFixed(0),
    estimate(one.usPerRequest, 1),
    estimate(one.usPerSecond, 0, 1000),
    estimate(one.watchingUsPerSecond, 2, 1000),
    `${estimate(one.ofUnwatched, 2, 0.01)} %`,
  ]);
  const head = ['load', 'requests/s', 'us CPU/request', 'ms CPU/s', 'watching ms/s', 'adds'];
  return alignColumns([head, ...rows]);
}

const limit = 0.01;

export function verdictLine(loads: readonly Priced[]): string {
  const rate = rateBelow(limit, loads);
  if (rate === 0) return 'The upper ends are below 1 % at every load measured.';
  if (rate === Number.POSITIVE_INFINITY)
    return 'That it is below 1 % at the highest load is not shown.';
  return `The upper ends are below 1 % from about ${rate.toFixed(0)} requests a second on.`;
}

function estimate({ median, low, high }: Estimate, digits: number, unit = 1): string {
  const shown = (value: number) => (value / unit).toFixed(digits);
  return `${shown(median)} (${shown(low)}..${shown(high)})`;
}
