import { z } from 'zod';
import { admissionSchema } from './admission.ts';
import { outcomeNames } from './outcomes.ts';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** Latency percentiles over the last minute, in seconds; null before the first sample. */
export const percentilesSchema = z.object({
  count,
  mean: seconds.nullable(),
  p50: seconds.nullable(),
  p90: seconds.nullable(),
  p95: seconds.nullable(),
  p99: seconds.nullable(),
  max: seconds.nullable(),
});

/** Before the first sample. */
export const noPercentiles: Percentiles = Object.freeze({
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  max: null,
});

/** Events a second, over the last 10 seconds, minute and five minutes. */
export const ratesSchema = z.object({ '10s': seconds, '1m': seconds, '5m': seconds });

/** What a machine gives a process only so much of, and what failed for want of it since the start. */
export const shortagesSchema = z.object({
  /** File descriptors: EMFILE, ENFILE. */
  descriptors: count,
  /** Local ports and addresses to connect from: EADDRNOTAVAIL. */
  ports: count,
  /** The kernel's memory for sockets: ENOBUFS, ENOMEM. */
  memory: count,
});

const noShortages = { descriptors: 0, ports: 0, memory: 0 };

/** Connections closed before any request, since the start. */
export const refusedConnectionsSchema = z.object({
  /** Beyond --max-client-connections. */
  connections: count,
  /** Beyond --max-client-connections-per-address. */
  connections_per_address: count,
  /** Without a PROXY header where one is due, or by somebody who may not send one. */
  proxy_protocol: count,
  /** The TLS handshake failed. */
  tls_handshake: count,
});

export const noRefusedConnections = {
  connections: 0,
  connections_per_address: 0,
  proxy_protocol: 0,
  tls_handshake: 0,
};

export const certificateSchema = z.object({
  /** The file. */
  source: z.string(),
  /** DNS names and IP addresses that it is for. */
  names: z.array(z.string()),
  /** ISO 8601. */
  expires_at: z.string(),
  /** Seconds; below 0: it has expired. */
  expires_in: z.number(),
  /** Seconds from its first to its last. */
  lifetime: seconds,
});

export const breakerStateSchema = z.enum(['closed', 'open', 'half_open']);

export const upstreamSchema = z.object({
  url: z.string(),
  /** Whose target it is, where there are several services. */
  service: z.string().optional(),
  active: count,
  /** Its share beside the others' weights. */
  weight: z.number().positive().optional(),
  /** The most requests that it gets concurrently; null: as many as the service lets through. */
  limit: count.nullable().optional(),
  /** It gets no new requests, and those that it has go on: it was drained, or is no target any more. */
  draining: z.boolean().optional(),
  /** By its health checks; `unchecked` before the first one, and without. */
  health: z.enum(['up', 'down', 'unchecked']).optional(),
  /** Of its health checks, where there are any. */
  checks: z.object({ passed: count, failed: count, latest: z.string() }).optional(),
  /** Out of use for a while because it failed while its peers did not. */
  ejection: z
    .object({
      /** Null: it is in use. */
      reason: z.enum(['consecutive_failures', 'failure_rate']).nullable(),
      /** Seconds; 0: it is in use. */
      ends_in: seconds,
      totals: z.object({ consecutive_failures: count, failure_rate: count }),
    })
    .optional(),
  /** Where its name leads by the last lookup; empty before the first one. */
  addresses: z.array(z.string()).optional(),
  connections: z.object({
    /** In all. */
    open: count,
    idle: count,
    connecting: count,
    /** Requests that wait for a free one. */
    waiting: count,
    /** Closed although they worked: too old, or the name no longer has their address. */
    retired: z.object({ age: count, address: count }).optional(),
  }),
  breaker: z.object({
    state: breakerStateSchema,
    consecutive_failures: count,
    /** Seconds until the next probe; 0 unless open. */
    retry_in: seconds,
    opened_total: count,
  }),
  first_byte: percentilesSchema,
  /** A permit held for one attempt: connecting, waiting for the answer and relaying it. */
  service_time: percentilesSchema,
  /** The same of the latest answers, where they are so slow that a minute has few of them. */
  latest_answers: z
    .object({
      /** How far back they go. */
      seconds,
      first_byte: percentilesSchema,
      service_time: percentilesSchema,
    })
    .optional(),
});

export const healthStatusSchema = z.enum(['healthy', 'degraded', 'unhealthy']);

/** How one service does. */
export const serviceSchema = z.object({
  status: healthStatusSchema,
  reasons: z.array(z.string()),
  /** Seconds since it was paused: requests wait until it is resumed; null while it is not. */
  paused: seconds.nullable().default(null),
  /** It was drained: new requests are refused. */
  drained: z.boolean().default(false),
  /** In force now: permits at once, and places in the queue. */
  limits: z.object({ concurrent_requests: count, queue_size: count }),
  admission: admissionSchema,
  metrics: z.object({
    total_requests: count,
    successful_requests: count,
    failed_requests: count,
    timeout_requests: count,
    active_requests: count,
    queue_rejected: count,
    /** Percent of the finished requests, client aborts left out; 100 before the first. */
    success_rate: z.number().min(0).max(100),
    /** Seconds, mean over all successful requests. */
    avg_response_time: seconds,
    circuit_open: z.boolean(),
    consecutive_failures: count,
    queue_size: count,
    available_slots: count,
    /** Why fewer are available than active requests explain: permits of requests that were given up. */
    held_permits: count,
    client_aborted: count,
    retries: count,
    response_time: percentilesSchema,
    queue_wait: percentilesSchema,
    connect: percentilesSchema,
    first_byte: percentilesSchema,
    body: percentilesSchema,
    rates: z.object({ requests: ratesSchema, failures: ratesSchema }),
    outcomes: z.record(z.enum(outcomeNames as [string, ...string[]]), count),
    bytes_received: count,
    bytes_sent: count,
  }),
  upstreams: z.array(upstreamSchema),
  /** Its settings in force, keys in snake_case; durations in seconds. */
  config: z.record(z.string(), z.unknown()),
});

/** `GET /proxy-metrics`. The names down to `available_slots` are those of the Python version. */
export const metricsSnapshotSchema = serviceSchema.extend({
  /** Shutting down: nothing new is admitted. */
  draining: z.boolean(),
  process: z.object({
    version: z.string(),
    /** Seconds. */
    uptime: seconds,
    /** ISO 8601; another one means that the proxy was restarted. */
    started_at: z.string(),
    /** Processor time used since the start, in seconds. */
    cpu_seconds: seconds,
    /** Share of the last ten seconds that the event loop was busy. */
    event_loop_utilization: z.number().min(0).max(1),
    /** Seconds, over the last ten seconds. */
    event_loop_delay: z.object({ p50: seconds, p99: seconds, max: seconds }),
    /** Bytes. */
    memory: z.object({ rss: count, heap_used: count }),
    client_connections: count,
    /** Requests since the start by the version of HTTP in which they came: 1.0, 1.1, 2. */
    requests_by_version: z.record(z.string(), count).default({}),
    refused_connections: refusedConnectionsSchema.default(noRefusedConnections),
    /** Attempts and connections of clients that failed because this process had run out of something. */
    shortages: shortagesSchema.default(noShortages),
    /** Since the start: lines that did not fit while nothing took them, and writes that failed. */
    log: z.object({ lines_dropped: count, write_errors: count }),
  }),
  /** The configuration in force: how often one was put in force, when, and a digest that tells whether proxies agree. */
  configuration: z
    .object({ generation: count, loaded_at: z.string(), digest: z.string() })
    .optional(),
  /** Those presented to clients; absent without TLS. */
  certificates: z.array(certificateSchema).optional(),
  /** By name, where there are several; all else is then of all of them together. */
  services: z.record(z.string(), serviceSchema).optional(),
  /** Requests that reached no service, by outcome; where there are several. */
  unrouted: z.record(z.string(), count).optional(),
});

export type Percentiles = z.infer<typeof percentilesSchema>;
export type RefusedConnections = z.infer<typeof refusedConnectionsSchema>;
export type Shortages = z.infer<typeof shortagesSchema>;
export type Rates = z.infer<typeof ratesSchema>;
export type BreakerState = z.infer<typeof breakerStateSchema>;
export type UpstreamSnapshot = z.infer<typeof upstreamSchema>;
export type HealthStatus = z.infer<typeof healthStatusSchema>;
export type ServiceSnapshot = z.infer<typeof serviceSchema>;
export type MetricsSnapshot = z.infer<typeof metricsSnapshotSchema>;
