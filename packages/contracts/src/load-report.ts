import { z } from 'zod';

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

/**
 * How a request of the load tester ended. `sent = ok + status + timeout + … + unfinished`, exactly:
 * `status` is an answer of 400 or more, `local` could not be sent since the load tester's own process or machine had
 * no descriptor, port or memory left, `unfinished` was still under way when the run was over.
 */
export const loadOutcomes = [
  'ok',
  'status',
  'timeout',
  'refused',
  'local',
  'reset',
  'truncated',
  'protocol_error',
  'unfinished',
] as const;

export type LoadOutcome = (typeof loadOutcomes)[number];

/** An outcome that a report doesn't name, as an older one of a load tester that had fewer, didn't happen. */
const countsByOutcome = z
  .partialRecord(z.enum(loadOutcomes), count)
  .transform((named): Record<LoadOutcome, number> => ({ ...noOutcomes, ...named }));
const noOutcomes = Object.fromEntries(loadOutcomes.map((name) => [name, 0])) as Record<
  LoadOutcome,
  number
>;

/** Latencies of one view, in seconds; null where there was no sample. */
export const latencySchema = z.object({
  count,
  mean: seconds.nullable(),
  min: seconds.nullable(),
  p50: seconds.nullable(),
  p75: seconds.nullable(),
  p90: seconds.nullable(),
  p95: seconds.nullable(),
  p99: seconds.nullable(),
  p999: seconds.nullable(),
  max: seconds.nullable(),
  /** HdrHistogram V2, compressed, base64, whole microseconds: for merging reports. */
  hdr: z.string(),
});

/** One second of the run. Percentiles in seconds, of the good answers that ended in it. */
export const loadSecondSchema = z.object({
  second: count,
  sent: count,
  ok: count,
  failed: count,
  in_flight: count,
  p50: seconds.nullable(),
  p95: seconds.nullable(),
  p99: seconds.nullable(),
  /** As in `latencySchema`; without it the percentiles of merged reports are unknown. */
  hdr: z.string().optional(),
});

/** One step of the knee finder. */
export const kneeStepSchema = z.object({
  concurrency: count,
  requests_per_second: seconds,
  ok_per_second: seconds,
  /** Percent of what ended. */
  errors: z.number(),
  /** Of all that ended; the percentiles are of the good answers. */
  mean: seconds,
  p50: seconds,
  p95: seconds,
  p99: seconds,
  p999: seconds.optional(),
  /** Little's law: throughput x mean latency; should equal the concurrency. */
  little: z.number(),
});

export const kneeSchema = z.object({
  steps: z.array(kneeStepSchema),
  stopped_because: z.enum([
    'gain_below_5_percent',
    'errors_above_1_percent',
    'max_concurrency',
    'interrupted',
  ]),
  max_requests_per_second: seconds,
  min_latency: seconds,
  /** Estimates of the knee, in concurrent requests. */
  estimates: z.object({
    little: z.number(),
    kneedle: z.number().nullable(),
    usl: z.object({ knee: z.number(), r2: z.number() }).nullable(),
  }),
  /** Advice in the proxy's own flags, as numbers and as a ready command line. */
  advice: z.object({
    max_concurrent_requests: count,
    max_queue_size: count,
    queue_timeout: seconds,
    read_timeout: seconds,
    line: z.string(),
  }),
  warnings: z.array(z.string()),
});

export const verdicts = [
  'passed',
  'threshold_missed',
  'unreachable',
  'invalid',
  'regression',
  'interrupted',
] as const;

/** What `loadtest --json` writes, and what compare, merge and the HTML report read. */
export const loadReportSchema = z.object({
  schema: z.literal(1),
  version: z.string(),
  url: z.string(),
  /** ISO 8601. */
  started_at: z.string(),
  host: z.object({ cpus: count, cpu: z.string(), node: z.string(), platform: z.string() }),
  model: z.enum(['closed', 'open']),
  /** What has to be equal for two reports to be comparable. */
  options: z.record(z.string(), z.unknown()),
  /** The time measured, which all rates divide by: docs/loadtest.md says from when to when. */
  duration: seconds,
  counts: z.object({
    sent: count,
    outcomes: countsByOutcome,
    statuses: z.record(z.string(), count),
    /** By the outcome that a Spillway in between names in Proxy-Status: queue_full, breaker_open … */
    proxy_outcomes: z.record(z.string(), count),
    /** By code, such as EMFILE: why requests could not be sent that ended as `local`. */
    local_errors: z.record(z.string(), count).default({}),
    /** Open model: due, but not sent because --max-in-flight were under way. */
    dropped: count,
  }),
  rates: z.object({
    requests_per_second: seconds,
    ok_per_second: seconds,
    received_bytes_per_second: seconds,
  }),
  received_bytes: count,
  /** Percent. */
  success_rate: z.number(),
  latency: z.object({
    /** Good answers only. */
    good: latencySchema,
    /** All that ended, timeouts at their limit. */
    all: latencySchema,
    /** Open model: from the actual sending instead of the intended one. */
    service: latencySchema.nullable(),
    /** Open model: how late the schedule ran. */
    lateness: latencySchema.nullable(),
  }),
  seconds: z.array(loadSecondSchema),
  generator: z.object({
    event_loop_utilization: z.number(),
    event_loop_delay_p99: seconds,
    verdict: z.enum(['healthy', 'strained', 'invalid']),
  }),
  thresholds: z.array(
    z.object({ expression: z.string(), actual: z.number().nullable(), passed: z.boolean() }),
  ),
  knee: kneeSchema.nullable(),
  /** --check-metrics: the client's counts beside the proxy's. */
  proxy_check: z
    .object({
      agrees: z.boolean(),
      rows: z.array(
        z.object({ what: z.string(), client: z.number(), proxy: z.number(), why: z.string() }),
      ),
    })
    .nullable(),
  warnings: z.array(z.string()),
  verdict: z.enum(verdicts),
});

export type Latency = z.infer<typeof latencySchema>;
export type LoadSecond = z.infer<typeof loadSecondSchema>;
export type KneeStep = z.infer<typeof kneeStepSchema>;
export type Knee = z.infer<typeof kneeSchema>;
export type LoadReport = z.infer<typeof loadReportSchema>;
export type Verdict = (typeof verdicts)[number];
