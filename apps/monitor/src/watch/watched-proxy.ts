import {
  type Finding,
  type MetricsSnapshot,
  serviceNames,
  snapshotOfService,
} from '@spillway/contracts';
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
  /** Each service as a proxy of its own, by name, where there are several. */
  readonly services: ReadonlyMap<string, WatchedProxy>;
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
    services: new Map(),
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

function withFailure(
  proxy: WatchedProxy,
  { at }: Pick<Reading, 'at'>,
  failure: Failure,
): WatchedProxy {
  const gap: RatePoint = { at, rates: null, inFlight: null, queued: null, p95: null };
  const since = proxy.failing?.since ?? at;
  return {
    ...proxy,
    failing: { failure, since },
    points: [...proxy.points, gap].slice(-mostPoints),
    services: new Map(
      [...proxy.services].map(([name, one]) => [name, withFailure(one, { at }, failure)]),
    ),
  };
}

function withSnapshot(
  proxy: WatchedProxy,
  reading: Reading,
  snapshot: MetricsSnapshot,
): WatchedProxy {
  const seen = withNumbers(proxy, reading, snapshot);
  const { latest, restart } = seen;
  const isNew = restart?.at === reading.at;
  const observations = observed(isNew ? [] : proxy.observations, latest.observation);
  // A proxy knows what was before it was watched.
  const findings = reading.findings ?? diagnose(observations);
  const services = serviceNames(snapshot).map((name) => {
    const own = findings.filter(({ service }) => service === undefined || service === name);
    const known = proxy.services.get(name) ?? unwatched(proxy.url);
    const now = snapshotOfService(snapshot, name) as MetricsSnapshot;
    return [
      name,
      { ...withNumbers(known, reading, now), alerts: alertsOf(now, own, name) },
    ] as const;
  });
  return {
    ...seen,
    alerts: alertsOf(snapshot, findings),
    observations,
    services: new Map(services),
  };
}

/** Without any judgement. */
function withNumbers(proxy: WatchedProxy, { at, tookMs }: Reading, snapshot: MetricsSnapshot) {
  const observation = observe(snapshot, at / 1_000);
  const before = proxy.latest?.observation ?? null;
  const isNew = before !== null && restarted(before, observation);
  const interval = before === null ? null : between(before, observation);
  return {
    ...proxy,
    latest: { snapshot, observation, at, tookMs, interval },
    failing: null,
    restart: isNew ? { at, times: (proxy.restart?.times ?? 0) + 1 } : proxy.restart,
    points: [...proxy.points, pointOf(at, observation, interval)].slice(-mostPoints),
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
