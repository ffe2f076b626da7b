import type { UpstreamSnapshot } from '@spillway/contracts';
import {
  Breaker,
  type BreakerOptions,
  type JudgedTarget,
  RemainingWork,
  ServiceMedian,
  type TimerWheel,
} from '@spillway/core';
import { Latency } from '../observe/latency.ts';
import { latestAnswers } from '../observe/latest-answers.ts';
import { OutcomeCounts } from '../observe/outcome-counts.ts';
import { systemTime } from '../system-time.ts';
import type { Addresses } from './addresses.ts';
import type { Destination } from './connect.ts';
import { ConnectionPool } from './connection-pool.ts';

export interface UpstreamOptions {
  readonly url: URL;
  readonly destination: Destination;
  readonly maxConnections: number;
  readonly maxIdle: number;
  readonly idleTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  readonly breaker: Omit<BreakerOptions, 'time' | 'onTransition'>;
  readonly wheel: TimerWheel;
  readonly onBreakerTransition: (upstream: Upstream, from: string, to: string, why: string) => void;
}

/** What a reload may change. */
export type UpstreamChanges = Omit<UpstreamOptions, 'url' | 'wheel' | 'onBreakerTransition'>;

/** One target: its connections, its breaker and how fast it answers. */
export class Upstream implements JudgedTarget {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, for the Host field when it is not the client's. */
  readonly authority: string;
  readonly addresses: Addresses;
  destination: Destination;
  readonly pool: ConnectionPool;
  readonly breaker: Breaker;
  readonly firstByte = new Latency();
  readonly serviceTime = new Latency();
  readonly remainingWork: RemainingWork;
  readonly serviceMedian: ServiceMedian;
  /** Those that ended. */
  readonly attempts = new OutcomeCounts();
  active = 0;
  /** It gets no new requests; those that it has end as ever. */
  drained = false;
  /** How many it says that it takes at once. */
  statedCapacity = Number.POSITIVE_INFINITY;

  constructor(options: UpstreamOptions) {
    const { url, wheel } = options;
    this.origin = url.origin;
    this.authority = url.host;
    this.destination = options.destination;
    this.addresses = options.destination.addresses;
    this.pool = new ConnectionPool({
      origin: url.origin,
      destination: options.destination,
      maxConnections: options.maxConnections,
      maxIdle: options.maxIdle,
      idleTimeoutMs: options.idleTimeoutMs,
      maxAgeMs: options.maxConnectionAgeMs,
      random: Math.random,
      wheel,
    });
    this.remainingWork = new RemainingWork(wheel);
    this.serviceMedian = new ServiceMedian(wheel);
    this.breaker = new Breaker({
      ...options.breaker,
      time: wheel,
      onTransition: (from, to, why) => options.onBreakerTransition(this, from.name, to.name, why),
    });
  }

  /** Other settings from now on: it keeps its connections, the state of its breaker, and what was learned of it. */
  reconfigure({
    destination,
    maxConnections,
    maxIdle,
    idleTimeoutMs,
    maxConnectionAgeMs: maxAgeMs,
    breaker,
  }: UpstreamChanges): void {
    this.destination = destination;
    this.pool.reconfigure({ destination, maxConnections, maxIdle, idleTimeoutMs, maxAgeMs });
    this.breaker.reconfigure(breaker);
  }

  /** It gets no more requests; what is under way ends, and its connections with it. */
  retire(): void {
    this.pool.retireAll();
  }

  /** It works on as many as it says that it takes. */
  get full(): boolean {
    return this.active >= this.statedCapacity;
  }

  snapshot(): UpstreamSnapshot {
    const { breaker } = this;
    // First: asking may open it, which the rest has to know of.
    const retryInMs = breaker.retryInMs();
    const latest = latestAnswers(this.firstByte, this.serviceTime, systemTime.now());
    return {
      url: this.origin,
      active: this.active,
      draining: this.drained,
      addresses: this.addresses.current.map(({ address }) => address),
      connections: { ...this.pool.stats(), retired: { ...this.pool.retired } },
      breaker: {
        state: breaker.state.name,
        consecutive_failures: breaker.consecutiveFailures,
        retry_in: retryInMs / 1000,
        opened_total: breaker.openedTotal,
      },
      first_byte: this.firstByte.percentiles(),
      service_time: this.serviceTime.percentiles(),
      ...(latest && { latest_answers: latest }),
    };
  }
}
