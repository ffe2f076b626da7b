import { type MetricsSnapshot, noPercentiles, type Percentiles } from '@spillway/contracts';
import { idleUpstream, snapshotWith } from '@spillway/contracts/testing';
import { seededRandom } from '@spillway/core/testing';
import { diagnose, type Observation, observe, remembered } from '@spillway/diagnosis';
import { latestAnswers } from '../../src/observe/latest-answers.ts';
import { LatestLatencies } from '../../src/observe/latest-latencies.ts';

/** A backend whose answers take minutes, behind a proxy, in seconds of a clock that nobody waits for. */
export interface SlowBackend {
  readonly hours: number;
  /** Each asks again once it has its answer. */
  readonly clients: (at: number) => number;
  readonly serviceSeconds: (at: number, random: () => number) => number;
  /** As many as it works on at once; the others wait there. */
  readonly workers?: number;
  readonly readTimeout: number;
}

interface Request {
  readonly startedAt: number;
  readonly serviceSeconds: number;
  /** Null while it waits for a worker. */
  workSince: number | null;
}

const limit = 50;
const pollSeconds = 60;

/** The rules that find anything, in the order of their first finding, of a watcher with the proxy's memory. */
export function rulesOver(backend: SlowBackend, seed = 1): string[] {
  const model = new Model(backend, seed);
  const rules = new Set<string>();
  let series: Observation[] = [];
  for (let at = 1; at <= backend.hours * 3600; at++) {
    model.step(at);
    if (at % pollSeconds !== 0) continue;
    series = remembered(series, observe(model.snapshot(at), at));
    for (const { rule } of diagnose(series)) rules.add(rule);
  }
  return [...rules];
}

class Model {
  readonly #backend: SlowBackend;
  readonly #random: () => number;
  readonly #firstByte = new LatestLatencies();
  readonly #serviceTime = new LatestLatencies();
  readonly #ends = { ok: 0, connection_read_timeout: 0 };
  #under: Request[] = [];

  constructor(backend: SlowBackend, seed: number) {
    this.#backend = backend;
    this.#random = seededRandom(seed);
  }

  step(at: number): void {
    const { workers = limit, clients, serviceSeconds } = this.#backend;
    this.#under = this.#under.filter((request) => !this.#ended(request, at));
    let idle = workers - this.#under.filter(({ workSince }) => workSince !== null).length;
    // One a second at most: nobody begins all at once.
    if (this.#under.length < clients(at)) {
      const request = { startedAt: at, serviceSeconds: serviceSeconds(at, this.#random) };
      this.#under.push({ ...request, workSince: null });
    }
    for (const request of this.#under) {
      if (request.workSince !== null || idle === 0) continue;
      request.workSince = at;
      idle -= 1;
    }
  }

  snapshot(at: number): MetricsSnapshot {
    const { ok, connection_read_timeout } = this.#ends;
    const under = this.#under.length;
    const latest = latestAnswers(
      { latest: this.#firstByte } as never,
      { latest: this.#serviceTime } as never,
      at * 1000,
    );
    const upstream = {
      ...idleUpstream,
      active: under,
      first_byte: minuteOf(this.#firstByte, at),
      service_time: minuteOf(this.#serviceTime, at),
      ...(latest && { latest_answers: latest }),
    };
    return snapshotWith({
      limits: { concurrent_requests: limit },
      metrics: {
        total_requests: ok + connection_read_timeout + under,
        successful_requests: ok,
        failed_requests: connection_read_timeout,
        available_slots: limit - under,
        outcomes: this.#ends,
      },
      upstreams: [upstream],
      process: { uptime: at },
      config: {
        max_concurrent_requests: limit,
        pool_maxsize: limit,
        read_timeout: this.#backend.readTimeout,
      },
    });
  }

  #ended({ startedAt, workSince, serviceSeconds }: Request, at: number): boolean {
    const ms = (at - startedAt) * 1000;
    const answered = workSince !== null && at - workSince >= serviceSeconds;
    if (!answered && at - startedAt < this.#backend.readTimeout) return false;
    this.#ends[answered ? 'ok' : 'connection_read_timeout'] += 1;
    if (answered) this.#firstByte.record(ms, at * 1000);
    this.#serviceTime.record(ms, at * 1000);
    return true;
  }
}

const minuteOf = (latencies: LatestLatencies, at: number): Percentiles =>
  latencies.percentiles((at - 60) * 1000) ?? noPercentiles;
