import type { Finding, MetricsSnapshot } from '@spillway/contracts';
import {
  between,
  diagnose,
  type Interval,
  type Observation,
  observe,
  remembered,
  restarted,
} from '@spillway/diagnosis';
import type { Failure } from '../poll/failure.ts';
import type { Reading } from '../poll/reading.ts';
import { alertsOf } from './alert.ts';
import { type RatePoint, ratesOf } from './rate-point.ts';

/** All that is known of one proxy; a new value a reading. Times are `Reading.at`. */
export interface WatchedProxy {
  readonly url: string;
  /** The last snapshot, kept when polls fail. */
  readonly latest: Latest | null;
  /** Why the last poll gave none; null when it did. */
  readonly failing: { readonly failure: Failure; readonly since: number } | null;
  /** The last restart that was noticed. */
  readonly restart: { readonly at: number; readonly times: number } | null;
  /** Since the last restart or gap in knowledge, oldest first. */
  readonly points: readonly RatePoint[];
  readonly alerts: readonly Finding[];
  readonly observations: readonly Observation[];
}

interface Latest {
  readonly snapshot: MetricsSnapshot;
  readonly observation: Observation;
  readonly at: number;
  readonly tookMs: number | null;
  /** Since the snapshot before; null for the first, and for the first after a restart. */
  readonly interval: Interval | null;
}

export function unwatched(url: string): WatchedProxy {
  return {
    url,
    latest: null,
    failing: null,
    restart: null,
    points: [],
    alerts: [],
    observations: [],
  };
}

/** Wider than any terminal. */
const mostPoints = 500;
/** Diagnosis looks at all pairs: polling ten times a second must not cost a core. */
const diagnosisSpacingSeconds = 0.5;

/** Pure: what is known after one more reading. */
export function advance(proxy: WatchedProxy, reading: Reading): WatchedProxy {
  return reading.result.ok
    ? withSnapshot(proxy, reading, reading.result.snapshot)
    : withFailure(proxy, reading, reading.result.failure);
}

function withFailure(proxy: WatchedProxy, { at }: Reading, failure: Failure): WatchedProxy {
  const gap: RatePoint = { at, rates: null, inFlight: null, queued: null, p95: null };
  const since = proxy.failing?.since ?? at;
  return {
    ...proxy,
    failing: { failure, since },
    points: [...proxy.points, gap].slice(-mostPoints),
  };
}

function withSnapshot(
  proxy: WatchedProxy,
  { at, tookMs, findings }: Reading,
  snapshot: MetricsSnapshot,
): WatchedProxy {
  const observation = observe(snapshot, at / 1_000);
  const before = proxy.latest?.observation ?? null;
  const isNew = before !== null && restarted(before, observation);
  const interval = before === null ? null : between(before, observation);
  const observations = observed(isNew ? [] : proxy.observations, observation);
  return {
    url: proxy.url,
    latest: { snapshot, observation, at, tookMs, interval },
    failing: null,
    restart: isNew ? { at, times: (proxy.restart?.times ?? 0) + 1 } : proxy.restart,
    points: [...proxy.points, pointOf(at, observation, interval)].slice(-mostPoints),
    // A proxy knows what was before it was watched.
    alerts: alertsOf(snapshot, findings ?? diagnose(observations)),
    observations,
  };
}

function observed(earlier: readonly Observation[], latest: Observation): Observation[] {
  const [last, beforeLast] = [earlier.at(-1), earlier.at(-2)];
  // The last one gives way while it is too near to the one before it.
  const tooNear = last && beforeLast && last.at - beforeLast.at < diagnosisSpacingSeconds;
  return remembered(tooNear ? earlier.slice(0, -1) : earlier, latest);
}

function pointOf(at: number, observation: Observation, interval: Interval | null): RatePoint {
  return {
    at,
    rates: interval === null ? null : ratesOf(interval),
    inFlight: observation.inFlight,
    queued: observation.queued,
    p95: observation.responseTime.p95,
  };
}
