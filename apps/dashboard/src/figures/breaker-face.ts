import { formatCount, formatSeconds } from '@spillway/quantities';
import type { Reading } from './reading.ts';
import type { TileFace, TileInput } from './tile.ts';

/** The worst of all breakers. */
export function breakerFace({ snapshot: { upstreams } }: TileInput): TileFace {
  const open = upstreams.filter(({ breaker }) => breaker.state === 'open');
  const probing = upstreams.filter(({ breaker }) => breaker.state === 'half_open');
  const opened = upstreams.reduce((sum, { breaker }) => sum + breaker.opened_total, 0);
  const times = `opened ${formatCount(opened)} ${opened === 1 ? 'time' : 'times'}`;
  const of = (count: number) =>
    upstreams.length > 1 ? { unit: `${count} of ${upstreams.length}` } : {};
  if (open.length > 0) {
    const next = Math.min(...open.map(({ breaker }) => breaker.retry_in));
    const detail = `next probe in ${formatSeconds(Math.ceil(next))} · ${times}`;
    return { value: 'Open', ...of(open.length), detail, tone: 'critical' };
  }
  if (probing.length > 0) {
    return { value: 'Probing', ...of(probing.length), detail: times, tone: 'warning' };
  }
  return { value: 'Closed', detail: times, tone: 'fine' };
}

/** Share of the upstreams that get no requests. */
export const breakerTrace = ({ snapshot: { upstreams } }: Reading): number =>
  upstreams.filter(({ breaker }) => breaker.state !== 'closed').length / upstreams.length;
