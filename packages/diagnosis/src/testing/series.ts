import {
  type MetricsSnapshot,
  type Outcome,
  outcomes,
  type Percentiles,
} from '@spillway/contracts';
import { idleUpstream, type PartOf, snapshotWith } from '@spillway/contracts/testing';
import { diagnose } from '../diagnose.ts';
import { type Observation, observe } from '../observation.ts';

type Upstream = MetricsSnapshot['upstreams'][number];

/** One poll, told by what happened since the one before. */
export interface Poll {
  /** Requests that ended, by how. */
  readonly ends?: Partial<Record<Outcome, number>>;
  readonly retries?: number;
  /** Permits taken, of the default 50 unless `limit` says otherwise. */
  readonly inFlight?: number;
  readonly queued?: number;
  readonly limit?: number;
  readonly queueLimit?: number;
  readonly upstreams?: readonly PartOf<Upstream>[];
  readonly config?: Record<string, unknown>;
  readonly admission?: PartOf<MetricsSnapshot['admission']>;
  readonly metrics?: PartOf<MetricsSnapshot['metrics']>;
  readonly process?: PartOf<MetricsSnapshot['process']>;
  readonly certificates?: MetricsSnapshot['certificates'];
  readonly draining?: boolean;
  /** What happened to each service, where there are several; the rest of the poll is then of the process. */
  readonly services?: Readonly<Record<string, Poll>>;
  readonly paused?: number;
}

/** The defaults that rules read. */
const config = {
  max_concurrent_requests: 50,
  max_queue_size: 100,
  queue_timeout: 30,
  read_timeout: 120,
  request_timeout: null,
  connect_timeout: 10,
  pool_maxsize: 50,
  max_retries: 2,
  circuit_breaker_timeout: 60,
};

/** What a watcher would have seen, one poll every `everySeconds`; counters add up. */
export function series(polls: readonly Poll[], everySeconds = 5): Observation[] {
  const all = new Counters();
  const byService = new Map<string, Counters>();
  return polls.map((poll, i) => {
    const uptime = (i + 1) * everySeconds;
    const snapshot = snapshotOf(poll, all.after(poll), uptime);
    const services = Object.entries(poll.services ?? {}).map(([name, part]) => {
      const counters = byService.get(name) ?? new Counters();
      byService.set(name, counters);
      return [name, snapshotOf(part, counters.after(part), uptime)] as const;
    });
    const several = services.length > 0 ? { services: Object.fromEntries(services) } : {};
    return observe({ ...snapshot, ...several }, i * everySeconds);
  });
}

/** Counters of a proxy or service, which only rise. */
class Counters {
  readonly #sums = Object.fromEntries(Object.keys(outcomes).map((name) => [name, 0]));
  #retries = 0;

  after(poll: Poll) {
    for (const [name, count] of Object.entries(poll.ends ?? {})) {
      this.#sums[name] = (this.#sums[name] ?? 0) + count;
    }
    this.#retries += poll.retries ?? 0;
    return { sums: { ...this.#sums }, retries: this.#retries };
  }
}

export const repeated = (count: number, poll: Poll): Poll[] =>
  Array.from({ length: count }, () => poll);

/** The rules that find something at the last poll, worst first. */
export const rulesOf = (polls: readonly Poll[], everySeconds?: number): string[] =>
  diagnose(series(polls, everySeconds)).map(({ rule }) => rule);

/** All answers take about this long. */
export const taking = (seconds: number, more: Partial<Percentiles> = {}): Percentiles => ({
  ...{ count: 500, mean: seconds, p50: seconds, p90: seconds, p95: seconds, p99: seconds },
  ...{ max: seconds, ...more },
});

/** An upstream with these times to the first byte, and permits held as long. */
export const answering = (seconds: number, more: Partial<Percentiles> = {}): PartOf<Upstream> => ({
  first_byte: taking(seconds, more),
  service_time: taking(seconds, more),
});

function snapshotOf(
  poll: Poll,
  { sums, retries }: ReturnType<Counters['after']>,
  uptime: number,
): MetricsSnapshot {
  const { inFlight = 0, queued = 0, limit = 50, queueLimit = 100 } = poll;
  const counts = countsOf(sums);
  return snapshotWith({
    draining: poll.draining ?? false,
    ...(poll.certificates === undefined ? {} : { certificates: poll.certificates }),
    paused: poll.paused ?? null,
    limits: { concurrent_requests: limit, queue_size: queueLimit },
    metrics: {
      ...counts,
      total_requests: counts.finished + inFlight + queued,
      active_requests: inFlight,
      available_slots: limit - inFlight,
      queue_size: queued,
      outcomes: sums,
      retries,
      ...poll.metrics,
    },
    admission: poll.admission ?? {},
    upstreams: (poll.upstreams ?? [{}]).map((part) => ({ ...idleUpstream, ...part }) as Upstream),
    process: { uptime, ...poll.process },
    config: { ...config, max_concurrent_requests: limit, ...poll.config },
  });
}

function countsOf(sums: Readonly<Record<string, number>>) {
  const counts = { finished: 0, successful_requests: 0, failed_requests: 0, client_aborted: 0 };
  for (const [name, count] of Object.entries(sums)) {
    const { class: kind } = outcomes[name as Outcome];
    counts.finished += count;
    if (kind === 'success') counts.successful_requests += count;
    else if (kind === 'failure') counts.failed_requests += count;
    else counts.client_aborted += count;
  }
  return counts;
}
