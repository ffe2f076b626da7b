import {
  type MetricsSnapshot,
  type Outcome,
  outcomeNames,
  outcomes,
  type Percentiles,
  strainedResourceSchema,
} from '@spillway/contracts';
import { snapshotWith } from '@spillway/contracts/testing';
import { type Observation, observe } from '@spillway/diagnosis';
import fc from 'fast-check';

/** Most often nothing, else anything up to that. */
const some = (max: number) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(max) });
const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0.05, 0.06, 0.1, 1) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 200, noNaN: true }) },
);

const percentiles: fc.Arbitrary<Percentiles> = fc
  .tuple(fc.nat(500), fc.array(seconds, { minLength: 6, maxLength: 6 }))
  .map(([count, times]) => {
    const [p50, p90, p95, p99, max] = times.slice(1).sort((a, b) => a - b) as number[];
    const [mean] = times;
    const none = { mean: null, p50: null, p90: null, p95: null, p99: null, max: null };
    return { count, ...(count === 0 ? none : { mean, p50, p90, p95, p99, max }) } as Percentiles;
  });

const upstream = (url: string) =>
  fc.record({
    url: fc.constant(url),
    active: some(100),
    connections: fc.record({
      open: some(50),
      idle: some(50),
      connecting: some(9),
      waiting: some(9),
    }),
    breaker: fc.record({
      state: fc.oneof(
        { weight: 9, arbitrary: fc.constant('closed' as const) },
        { weight: 1, arbitrary: fc.constantFrom('open' as const, 'half_open' as const) },
      ),
      consecutive_failures: some(9),
      retry_in: seconds,
      opened_total: some(5),
    }),
    first_byte: percentiles,
    service_time: percentiles,
  });

/** Valid ones, ones that are missing, and what a later version might say. */
const config = fc.record(
  {
    max_concurrent_requests: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constant('auto')),
    max_queue_size: some(1000),
    queue_timeout: seconds,
    connect_timeout: seconds,
    read_timeout: seconds,
    request_timeout: fc.oneof(seconds, fc.constant(null)),
    pool_maxsize: fc.integer({ min: 1, max: 200 }),
    max_retries: some(5),
    circuit_breaker_timeout: seconds,
    auto_min: fc.constantFrom(1, 1, 5),
    auto_max: fc.constantFrom(5, 50),
    max_per_key: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(null)),
    max_client_connections: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(null)),
  },
  { requiredKeys: [] },
);

/** Refusals by the line are what most rules begin with. */
const outcome = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...outcomeNames) },
  { weight: 1, arbitrary: fc.constantFrom<Outcome>('queue_full', 'overloaded') },
);

const ends = fc
  .tuple(some(300), outcome, some(100), fc.nat(100))
  .map(([others, chief, more, ok]) => ({ ok: ok + others, [chief]: ok + more }));

const poll = fc.record({
  ends,
  elapsed: fc.oneof(fc.constantFrom(0.1, 5), fc.double({ min: 0, max: 40, noNaN: true })),
  retries: some(60),
  limit: fc.constantFrom(1, 5, 50, 65_535),
  full: fc.boolean(),
  paused: fc.constantFrom(null, null, null, null, null, null, null, null, 5, 90),
  queued: fc.nat(300),
  queueLimit: some(300),
  queueWait: percentiles,
  responseTime: percentiles,
  busy: fc.constantFrom(0, 0, 0, 0, 0.5, 1),
  rss: some(4e9),
  abandoned: fc.oneof(
    { weight: 19, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat(40) },
  ),
  estimatedWait: seconds,
  shedding: fc.oneof(
    { weight: 29, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        resource: fc.constantFrom(...strainedResourceSchema.options),
        share: fc.double({ min: 0.1, max: 1, noNaN: true }),
      }),
    },
  ),
  limitChange: fc.constantFrom(null, { from: 8, to: 4, reason: 'drops' as const, seconds_ago: 9 }),
  restarts: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

type Told = typeof poll extends fc.Arbitrary<infer T> ? T : never;
type Kept = { upstreams: MetricsSnapshot['upstreams']; config: Record<string, unknown> };

/** Series as no proxy would make them, in stretches that stay alike, as troubles do. */
export const anySeries: fc.Arbitrary<Observation[]> = fc
  .array(
    fc.tuple(
      fc.record({ upstreams: fc.tuple(upstream('http://a'), upstream('http://b')), config }),
      fc.boolean(),
      poll,
      fc.integer({ min: 1, max: 8 }),
    ),
    { maxLength: 5 },
  )
  .map((stretches) => {
    const story = new Story();
    return stretches.flatMap(([kept, alone, told, times]) => {
      const upstreams = alone ? kept.upstreams.slice(0, 1) : kept.upstreams;
      return Array.from({ length: times }, (_, i) =>
        story.tell({ ...told, restarts: told.restarts && i === 0 }, { ...kept, upstreams }),
      );
    });
  });

class Story {
  #at = 0;
  #uptime = 0;
  #retries = 0;
  #sums = this.#zero();

  tell(told: Told, { upstreams, config }: Kept): Observation {
    if (told.restarts) [this.#uptime, this.#retries, this.#sums] = [0, 0, this.#zero()];
    this.#at += told.elapsed;
    this.#uptime += told.elapsed;
    this.#retries += told.retries;
    for (const [name, count] of Object.entries(told.ends))
      this.#sums[name] = (this.#sums[name] ?? 0) + count;
    const count = (kind: string) =>
      outcomeNames
        .filter((name) => outcomes[name].class === kind)
        .reduce((sum, name) => sum + (this.#sums[name] ?? 0), 0);
    const snapshot = snapshotWith({
      paused: told.paused,
      limits: { concurrent_requests: told.limit, queue_size: told.queueLimit },
      admission: {
        abandoned: told.abandoned,
        estimated_wait: told.estimatedWait,
        shedding: told.shedding,
        limit: { last_change: told.limitChange },
      },
      metrics: {
        total_requests: count('success') + count('failure') + count('client_gone'),
        successful_requests: count('success'),
        failed_requests: count('failure'),
        client_aborted: count('client_gone'),
        available_slots: told.full ? 0 : told.limit,
        queue_size: told.queued,
        queue_wait: told.queueWait,
        response_time: told.responseTime,
        connect: told.queueWait,
        outcomes: { ...this.#sums },
        retries: this.#retries,
      },
      upstreams,
      process: {
        uptime: this.#uptime,
        event_loop_utilization: told.busy,
        event_loop_delay: { p50: 0, p99: told.busy, max: told.busy },
        memory: { rss: told.rss, heap_used: 0 },
      },
      config,
    });
    return observe(snapshot, this.#at);
  }

  #zero(): Record<string, number> {
    return Object.fromEntries(outcomeNames.map((name) => [name, 0]));
  }
}
