import type { Finding, MetricsSnapshot, Percentiles } from '@spillway/contracts';
import { severities } from './alert.ts';
import { type RatePoint, type Rates, ratesOf, sumRates } from './rate-point.ts';
import type { WatchedProxy } from './watched-proxy.ts';

/** What a view shows: one proxy, or several together. */
export interface Shown {
  readonly proxies: readonly WatchedProxy[];
  /** Those that answered when last asked; only they are summed. */
  readonly live: readonly WatchedProxy[];
  readonly rates: Rates | null;
  /** Percent of what was finished since the last poll; null when nothing was. */
  readonly successRate: number | null;
  readonly inFlight: Gauge;
  readonly queue: Gauge;
  readonly points: readonly RatePoint[];
  readonly alerts: readonly ShownAlert[];
}

export interface Gauge {
  readonly now: number;
  readonly limit: number;
}

/** With the proxy that it is about, where several are shown. */
export interface ShownAlert {
  readonly finding: Finding;
  readonly proxy: string | null;
}

/** Counters and gauges add up; percentiles never do, see `worstOf`. */
export function shownOf(proxies: readonly WatchedProxy[]): Shown {
  const live = proxies.filter(({ latest, failing }) => latest !== null && failing === null);
  // The last picture of a proxy that fails is kept, as long as it is the only one.
  const summed = proxies.length === 1 ? proxies : live;
  const latest = summed.flatMap((proxy) => proxy.latest ?? []);
  const intervals = latest.flatMap(({ interval }) => interval ?? []);
  const sum = (pick: (of: (typeof latest)[number]) => number): number =>
    latest.reduce((total, one) => total + pick(one), 0);
  const ok = intervals.reduce((total, interval) => total + interval.ok, 0);
  const failed = intervals.reduce((total, interval) => total + interval.failures, 0);
  return {
    proxies,
    live,
    rates: sumRates(intervals.map(ratesOf)),
    successRate: ok + failed === 0 ? null : (100 * ok) / (ok + failed),
    inFlight: {
      now: sum(({ observation }) => observation.inFlight),
      limit: sum(({ observation }) => observation.limit),
    },
    queue: {
      now: sum(({ observation }) => observation.queued),
      limit: sum(({ observation }) => observation.queueLimit),
    },
    points: sumPoints(proxies.map(({ points }) => points)),
    alerts: sortedAlerts(proxies),
  };
}

function sortedAlerts(proxies: readonly WatchedProxy[]): ShownAlert[] {
  const all = proxies.flatMap(({ url, alerts }) =>
    alerts.map((finding) => ({ finding, proxy: proxies.length > 1 ? url : null })),
  );
  const rank = ({ finding }: ShownAlert): number => severities.indexOf(finding.severity);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** Longer ago than this, a point says nothing about now. */
const pointHoldsMs = 20_000;

/** At the times of whoever was polled most often; others count with their last point before. */
function sumPoints(series: readonly (readonly RatePoint[])[]): readonly RatePoint[] {
  const [first = []] = series;
  if (series.length <= 1) return first;
  const longest = series.reduce((most, points) => (points.length > most.length ? points : most));
  const places = series.map(() => -1);
  return longest.map(({ at }) => {
    const there = series.flatMap((points, index) => {
      let place = places[index] ?? -1;
      while ((points[place + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) place++;
      places[index] = place;
      const point = points[place];
      return point && at - point.at <= pointHoldsMs ? [point] : [];
    });
    const total = (key: 'inFlight' | 'queued'): number | null => {
      const known = there.flatMap((point) => point[key] ?? []);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
    };
    return {
      at,
      rates: sumRates(there.flatMap(({ rates }) => rates ?? [])),
      inFlight: total('inFlight'),
      queued: total('queued'),
      p95: there.reduce<number | null>((worst, { p95 }) => higher(worst, p95), null),
    };
  });
}

function higher(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

/** The highest of each percentile: an average of percentiles would mean nothing. */
export function worstOf(
  proxies: readonly WatchedProxy[],
  pick: (snapshot: MetricsSnapshot) => Percentiles,
): Percentiles {
  const all = proxies.flatMap(({ latest }) => (latest ? [pick(latest.snapshot)] : []));
  const worst = (key: Exclude<keyof Percentiles, 'count'>): number | null =>
    all.reduce<number | null>((most, percentiles) => higher(most, percentiles[key]), null);
  return {
    count: all.reduce((total, { count }) => total + count, 0),
    mean: all.length === 1 ? worst('mean') : null,
    p50: worst('p50'),
    p90: worst('p90'),
    p95: worst('p95'),
    p99: worst('p99'),
    max: worst('max'),
  };
}
