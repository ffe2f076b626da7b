import { refusalReasonSchema } from './admission.ts';
import {
  type MetricsSnapshot,
  metricsSnapshotSchema,
  noPercentiles,
  noRefusedConnections,
  type ServiceSnapshot,
  serviceSchema,
} from './metrics.ts';
import { outcomeNames } from './outcomes.ts';

/** Any depth of it may be left out. */
export type PartOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: PartOf<T[Key]> }
    : T;

const noRates = { '10s': 0, '1m': 0, '5m': 0 };

/** One idle upstream with its breaker closed. */
export const idleUpstream: MetricsSnapshot['upstreams'][number] = {
  url: 'http://127.0.0.1:8000',
  active: 0,
  connections: { open: 0, idle: 0, connecting: 0, waiting: 0 },
  breaker: { state: 'closed', consecutive_failures: 0, retry_in: 0, opened_total: 0 },
  first_byte: noPercentiles,
  service_time: noPercentiles,
};

const zeroOf = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

const idle: MetricsSnapshot = {
  status: 'healthy',
  reasons: [],
  draining: false,
  paused: null,
  drained: false,
  limits: { concurrent_requests: 50, queue_size: 100 },
  admission: {
    limit: {
      now: 50,
      configured: 50,
      algorithm: 'fixed',
      last_change: null,
      stated_capacity: null,
      targets: null,
    },
    order: { configured: 'adaptive', in_force: 'fifo' },
    estimated_wait: 0,
    abandoned: 0,
    refusals: zeroOf(refusalReasonSchema.options),
    classes: [{ name: 'default', reserved: 0, in_flight: 0, queued: 0 }],
    keys: 0,
    shedding: null,
    ramp: 1,
    retry_budget: { tokens: 100, retrying: 0, refused: 0 },
  },
  metrics: {
    total_requests: 0,
    successful_requests: 0,
    failed_requests: 0,
    timeout_requests: 0,
    active_requests: 0,
    queue_rejected: 0,
    success_rate: 100,
    avg_response_time: 0,
    circuit_open: false,
    consecutive_failures: 0,
    queue_size: 0,
    available_slots: 50,
    held_permits: 0,
    client_aborted: 0,
    retries: 0,
    response_time: noPercentiles,
    queue_wait: noPercentiles,
    connect: noPercentiles,
    first_byte: noPercentiles,
    body: noPercentiles,
    rates: { requests: noRates, failures: noRates },
    outcomes: zeroOf(outcomeNames),
    bytes_received: 0,
    bytes_sent: 0,
  },
  upstreams: [idleUpstream],
  process: {
    version: '0.0.0',
    uptime: 1,
    started_at: '2026-01-01T00:00:00.000Z',
    cpu_seconds: 0,
    event_loop_utilization: 0,
    event_loop_delay: { p50: 0, p99: 0, max: 0 },
    memory: { rss: 0, heap_used: 0 },
    client_connections: 0,
    requests_by_version: { '1.0': 0, '1.1': 0, '2': 0 },
    refused_connections: noRefusedConnections,
    shortages: { descriptors: 0, ports: 0, memory: 0 },
    log: { lines_dropped: 0, write_errors: 0 },
  },
  config: {},
};

/** A snapshot of an idle proxy with `part` in its place; throws when that is no valid snapshot. */
export function snapshotWith(part: PartOf<MetricsSnapshot> = {}): MetricsSnapshot {
  return metricsSnapshotSchema.parse(merged(idle, part));
}

/** Idle services with `parts` in their place, by name. */
export const servicesWith = (
  parts: Readonly<Record<string, PartOf<ServiceSnapshot>>>,
): Record<string, ServiceSnapshot> =>
  Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, serviceSchema.parse(merged(idle, part))]),
  );

function merged(base: unknown, part: unknown): unknown {
  if (part === undefined) return base;
  if (!isPlain(base) || !isPlain(part)) return part;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(part)) result[key] = merged(base[key], value);
  return result;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
