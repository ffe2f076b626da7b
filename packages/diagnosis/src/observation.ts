import type {
  AdmissionSnapshot,
  BreakerState,
  MetricsSnapshot,
  Percentiles,
  Shortages,
  UpstreamSnapshot,
} from '@spillway/contracts';

/** What diagnosis needs of one upstream; times in seconds. */
export interface UpstreamObservation {
  readonly url: string;
  readonly active: number;
  readonly connections: UpstreamSnapshot['connections'];
  readonly breaker: {
    readonly state: BreakerState;
    readonly retryIn: number;
    readonly openedTotal: number;
  };
  /** By its health checks; null: there are none. */
  readonly health: 'up' | 'down' | null;
  /** What its latest health check found. */
  readonly latestCheck: string;
  readonly draining: boolean;
  /** Why it is ejected; null: it is not. */
  readonly ejected: NonNullable<UpstreamSnapshot['ejection']>['reason'];
  /** Seconds until it gets requests again; 0 unless ejected. */
  readonly ejectionEndsIn: number;
  /** Times it was ejected since the start. */
  readonly ejections: number;
  /** Of its answers of the last minute; where these are few, of the latest ones. */
  readonly firstByte: Percentiles;
  readonly serviceTime: Percentiles;
  /** How far back those answers go. */
  readonly answersSeconds: number;
}

/** One poll: counters since the proxy's start, gauges of the moment, latencies of the last minute. */
export interface Observation {
  /** Seconds on the watcher's own monotonic clock. */
  readonly at: number;
  readonly startedAt: string;
  /** Seconds on the proxy's clock. */
  readonly uptime: number;
  readonly draining: boolean;
  /** Seconds since it was paused; null while it is not. */
  readonly paused: number | null;
  readonly limit: number;
  /** Why it is where it is; null: it has not moved yet. */
  readonly limitChange: AdmissionSnapshot['limit']['last_change'];
  /** What the upstreams say that they take; null: they do not. */
  readonly statedCapacity: number | null;
  readonly queueLimit: number;
  /** Permits taken. */
  readonly inFlight: number;
  /** Of these, held for requests that were given up. */
  readonly abandoned: number;
  readonly queued: number;
  /** Seconds that one that came now would wait. */
  readonly estimatedWait: number;
  /** Keys known. */
  readonly keys: number;
  readonly shedding: AdmissionSnapshot['shedding'];
  readonly total: number;
  /** Requests that ended, however they did. */
  readonly finished: number;
  readonly retries: number;
  readonly outcomes: MetricsSnapshot['metrics']['outcomes'];
  readonly responseTime: Percentiles;
  readonly queueWait: Percentiles;
  readonly connect: Percentiles;
  readonly firstByte: Percentiles;
  readonly upstreams: readonly UpstreamObservation[];
  /** Share of the time that the event loop was busy, and how late its timers were, in seconds. */
  readonly eventLoop: { readonly utilization: number; readonly delayP99: number };
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly clientConnections: number;
  /** Those presented to clients. */
  readonly certificates: NonNullable<MetricsSnapshot['certificates']>;
  /** What failed for want of something that the operating system gives, since the start. */
  readonly shortages: Shortages;
  /** Configuration in force, keys in snake_case, durations in seconds. */
  readonly config: MetricsSnapshot['config'];
  /** The same of each service, where there are several; all else is then of all of them together. */
  readonly services?: ReadonlyMap<string, Observation>;
}

/** Keeps what diagnosis needs of a snapshot; `at` is the watcher's own monotonic clock in seconds. */
export function observe(snapshot: MetricsSnapshot, at: number): Observation {
  const all = observeTraffic(snapshot, at);
  const { services } = snapshot;
  if (services === undefined) return all;
  const each = Object.entries(services).map(
    ([name, service]) => [name, observeTraffic({ ...snapshot, ...service }, at)] as const,
  );
  return { ...all, services: new Map(each) };
}

function observeTraffic(snapshot: MetricsSnapshot, at: number): Observation {
  const { metrics, limits, admission, process, config } = snapshot;
  return {
    at,
    startedAt: process.started_at,
    uptime: process.uptime,
    draining: snapshot.draining,
    paused: snapshot.paused ?? null,
    limit: limits.concurrent_requests,
    limitChange: admission.limit.last_change,
    statedCapacity: admission.limit.stated_capacity,
    queueLimit: limits.queue_size,
    inFlight: Math.max(0, limits.concurrent_requests - metrics.available_slots),
    abandoned: admission.abandoned,
    queued: metrics.queue_size,
    estimatedWait: admission.estimated_wait,
    keys: admission.keys,
    shedding: admission.shedding,
    total: metrics.total_requests,
    finished: metrics.successful_requests + metrics.failed_requests + metrics.client_aborted,
    retries: metrics.retries,
    outcomes: metrics.outcomes,
    responseTime: metrics.response_time,
    queueWait: metrics.queue_wait,
    connect: metrics.connect,
    firstByte: metrics.first_byte,
    upstreams: snapshot.upstreams.map(observeUpstream),
    eventLoop: {
      utilization: process.event_loop_utilization,
      delayP99: process.event_loop_delay.p99,
    },
    cpuSeconds: process.cpu_seconds,
    rssBytes: process.memory.rss,
    clientConnections: process.client_connections,
    certificates: snapshot.certificates ?? [],
    shortages: process.shortages,
    config,
  };
}

/** What the percentiles of a snapshot cover. */
export const minuteSeconds = 60;
/** So many tell how fast an upstream is: of the first answers after a start, the quick ones come first. */
export const enoughAnswers = 50;

function observeUpstream(upstream: UpstreamSnapshot): UpstreamObservation {
  const { state, retry_in, opened_total } = upstream.breaker;
  const { latest_answers: latest, health, checks, draining = false, ejection } = upstream;
  const totals = ejection?.totals;
  const { first_byte, service_time, seconds } =
    latest === undefined || upstream.first_byte.count >= enoughAnswers
      ? { ...upstream, seconds: minuteSeconds }
      : latest;
  return {
    url: upstream.url,
    active: upstream.active,
    connections: upstream.connections,
    breaker: { state, retryIn: retry_in, openedTotal: opened_total },
    health: health === undefined || health === 'unchecked' ? null : health,
    latestCheck: checks?.latest ?? '',
    draining,
    ejected: ejection?.reason ?? null,
    ejectionEndsIn: ejection?.ends_in ?? 0,
    ejections: (totals?.consecutive_failures ?? 0) + (totals?.failure_rate ?? 0),
    firstByte: first_byte,
    serviceTime: service_time,
    answersSeconds: seconds,
  };
}
