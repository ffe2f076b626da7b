import type { Estimate } from './median-interval.ts';
import type { Price, Prices } from './price.ts';
import type { Watcher } from './watchers.ts';

/** What all watchers together take, each at its own pace. */
export interface Share {
  readonly watchingUsPerSecond: Estimate;
  /** Of what the proxy takes unwatched: by so much a request becomes dearer. */
  readonly ofUnwatched: Estimate;
}

/**
 * Judged at the slower pace, as that is nearer to theirs: code that runs seldom finds the caches cold. The ends of
 * the intervals are added up.
 */
export function shareOf({ polls, usPerSecond }: Prices, watchers: readonly Watcher[]): Share {
  const watchingUsPerSecond = sum(
    watchers.map(({ name, pollsPerSecond }) =>
      times(atSlowestPace(polls.filter(({ watcher }) => watcher === name)), pollsPerSecond),
    ),
  );
  return {
    watchingUsPerSecond,
    ofUnwatched: times(watchingUsPerSecond, 1 / usPerSecond.median),
  };
}

/**
 * Requests a second from which on the upper end of the share is below `limit`, by a straight line between the
 * loads that were measured. 0: at every load; Infinity: at none.
 */
export function rateBelow(limit: number, loads: readonly (Prices & Share)[]): number {
  const points = loads
    .map(({ requestsPerSecond, usPerSecond, watchingUsPerSecond }) => ({
      rate: requestsPerSecond,
      room: limit * usPerSecond.median - watchingUsPerSecond.high,
    }))
    .sort((a, b) => a.rate - b.rate);
  const last = points.findLastIndex(({ room }) => room <= 0);
  if (last === -1) return 0;
  const [above, below] = points.slice(last);
  if (above === undefined || below === undefined) return Number.POSITIVE_INFINITY;
  return above.rate + ((below.rate - above.rate) * -above.room) / (below.room - above.room);
}

function atSlowestPace(prices: readonly Price[]): Estimate {
  return prices.reduce((a, b) => (b.pollsPerSecond < a.pollsPerSecond ? b : a)).usPerPoll;
}

const times = ({ median, low, high }: Estimate, factor: number): Estimate => ({
  median: median * factor,
  low: low * factor,
  high: high * factor,
});

const sum = (estimates: readonly Estimate[]): Estimate =>
  estimates.reduce((a, b) => ({
    median: a.median + b.median,
    low: a.low + b.low,
    high: a.high + b.high,
  }));
