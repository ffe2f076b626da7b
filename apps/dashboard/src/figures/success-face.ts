import { formatPercent } from '@spillway/quantities';
import type { Reading } from './reading.ts';
import type { TileFace, TileInput } from './tile.ts';

/** Share of the requests that ended well, of those whose client stayed. */
export function successFace({ snapshot: { metrics }, lastMinute }: TileInput): TileFace {
  const sinceStart = formatPercent(metrics.success_rate);
  const judged = (lastMinute?.ok ?? 0) + (lastMinute?.failures ?? 0);
  if (lastMinute === null || judged === 0) {
    const finished = metrics.successful_requests + metrics.failed_requests > 0;
    return finished
      ? { value: sinceStart, detail: 'since the start; none ended lately' }
      : { value: '–', detail: 'no request has ended yet' };
  }
  const percent = (100 * lastMinute.ok) / judged;
  return {
    value: formatPercent(percent),
    detail: `in the last ${Math.round(lastMinute.seconds)} s · ${sinceStart} since the start`,
    tone: percent >= 99 ? 'fine' : percent >= 95 ? 'warning' : 'critical',
  };
}

/** Between two polls; null when none ended. */
export function successTrace({ interval }: Reading): number | null {
  const judged = (interval?.ok ?? 0) + (interval?.failures ?? 0);
  return interval === null || judged === 0 ? null : interval.ok / judged;
}
