import { isDeepStrictEqual } from 'node:util';
import type { UpstreamSnapshot } from '@spillway/contracts';
import {
  type Balanced,
  Breaker,
  type BreakerOptions,
  type EjectionReason,
  type HealthChange,
  type InitialHealth,
  type JudgedTarget,
  type OutlierDetector,
  type OutlierWatch,
  RemainingWork,
  ServiceMedian,
  type TimerWheel,
  type Watched,
} from '@spillway/core';
import { Latency } from '../../observe/latency.ts';
import { OutcomeCounts } from '../../observe/outcome-counts.ts';
import type { Addresses } from './addresses.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Endpoint } from './endpoint.ts';
import { HealthCheck, type HealthCheckSettings } from './health-check.ts';
import { upstreamSnapshot } from './upstream-snapshot.ts';

/** Hears whatever changes where requests may go. */
export interface UpstreamListener {
  onBreakerTransition(upstream: Upstream, from: string, to: string, why: string): void;
  onEjected(upstream: Upstream, reason: EjectionReason, forMs: number): void;
  onReadmitted(upstream: Upstream): void;
  onHealthChanged(upstream: Upstream, change: HealthChange, why: string): void;
  /** It was drained or put back, or its limit is another one. */
  onChanged(upstream: Upstream): void;
}

export interface UpstreamOptions {
  readonly endpoint: Endpoint;
  readonly maxConnections: number;
  readonly maxIdle: number;
  readonly idleTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  readonly breaker: Omit<BreakerOptions, 'time' | 'onTransition'>;
  readonly outliers: OutlierDetector;
  /** When it came, ms; -Infinity: it has been there from the beginning. */
  readonly since: number;
  readonly wheel: TimerWheel;
  readonly listener: UpstreamListener;
}

/** What a reload may change. */
export type UpstreamChanges = Omit<UpstreamOptions, 'outliers' | 'since' | 'wheel' | 'listener'>;

/** One target: its connections, its breaker, its health and how fast it answers. */
export class Upstream implements JudgedTarget, Balanced, Watched {
  /** What it is called everywhere: in metrics, logs and findings. */
  readonly origin: string;
  readonly scheme: 'http' | 'https';
  /** Host and port, for the Host field when it is not the client's. */
  readonly authority: string;
  /** Goes before each request's path; mostly empty. */
  readonly base: string;
  readonly addresses: Addresses;
  readonly pool: ConnectionPool;
  readonly breaker: Breaker;
  readonly firstByte = new Latency();
  readonly serviceTime = new Latency();
  readonly remainingWork: RemainingWork;
  readonly serviceMedian: ServiceMedian;
  /** Those that ended. */
  readonly attempts = new OutcomeCounts();
  readonly ejections: Record<EjectionReason, number> = { consecutive_failures: 0, failure_rate: 0 };
  active = 0;
  /** How many it says that it takes at once. */
  statedCapacity = Number.POSITIVE_INFINITY;
  weight: number;
  /** Targets of a lower rank: while one of them may be used, this one is not. */
  preferred: readonly Upstream[] = [];
  rank: number;
  upSince: number;
  /** Why it is or was last ejected; null: never. */
  lastEjection: { readonly reason: EjectionReason; readonly until: number } | null = null;
  /** Null without health checks. */
  health: HealthCheck | null = null;
  #limit: number;
  #drained = false;
  #leaving = false;
  #watch: OutlierWatch;
  #outliers: OutlierDetector;
  #options: UpstreamOptions;

  constructor(options: UpstreamOptions) {
    const { endpoint, wheel, outliers, listener } = options;
    const { name, scheme, authority, base, destination, weight, limit, rank } = endpoint;
    this.#options = options;
    this.origin = name;
    this.scheme = scheme;
    this.authority = authority;
    this.base = base;
    this.addresses = destination.addresses;
    this.weight = weight;
    this.rank = rank;
    this.upSince = options.since;
    this.#limit = limit;
    this.pool = new ConnectionPool({
      origin: `${scheme}://${authority}`,
      destination,
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
      onTransition: (from, to, why) => {
        if (to.name === 'closed') this.#comeBack();
        listener.onBreakerTransition(this, from.name, to.name, why);
      },
    });
    this.#outliers = outliers;
    this.#watch = outliers.add(this);
  }

  get name(): string {
    return this.origin;
  }

  /** Where it is. */
  get endpoint(): Endpoint {
    return this.#options.endpoint;
  }

  get inFlight(): number {
    return this.active;
  }

  /** Its own limit, whatever the state of its breaker. */
  get ownLimit(): number {
    return this.#limit;
  }

  /** One more at a time unless its breaker is closed: else permits would be given for places that it lacks. */
  get limit(): number {
    if (this.breaker.state.name === 'closed') return this.#limit;
    return Math.min(this.#limit, this.active + 1);
  }

  /** It works on as many as it says that it takes. */
  get full(): boolean {
    return this.active >= this.statedCapacity;
  }

  get hasConnection(): boolean {
    return this.pool.hasPlace;
  }

  available(): boolean {
    if (!this.breaker.allows() || !this.#inUse()) return false;
    return this.preferred.length === 0 || !this.preferred.some((one) => one.available());
  }

  /** As `available`, once for a new request: a breaker that has closed a moment ago lets in only a part. */
  admits(): boolean {
    return this.available() && this.breaker.refusal() === null;
  }

  canServe(): boolean {
    return !this.#drained && !this.#leaving && this.isUp && this.breaker.allows();
  }

  /** Its health checks, if there are any, have not found it down. */
  get isUp(): boolean {
    return this.health === null || this.health.up;
  }

  get ejected(): boolean {
    return this.#watch.ejected();
  }

  get watch(): OutlierWatch {
    return this.#watch;
  }

  /** By an administrator: it gets no new requests, and those that it has go on. */
  get drained(): boolean {
    return this.#drained;
  }

  set drained(drained: boolean) {
    if (drained === this.#drained) return;
    this.#drained = drained;
    if (!drained) this.#comeBack();
    this.#options.listener.onChanged(this);
  }

  /** It is no target any more, and ends what it has. */
  get leaving(): boolean {
    return this.#leaving;
  }

  get draining(): boolean {
    return this.#drained || this.#leaving;
  }

  /** Its share and its limit are others now. */
  share({ weight, limit, rank }: Partial<Pick<Endpoint, 'weight' | 'limit' | 'rank'>>): void {
    this.weight = weight ?? this.weight;
    this.rank = rank ?? this.rank;
    if (limit === undefined || limit === this.#limit) return;
    this.#limit = limit;
    this.#options.listener.onChanged(this);
  }

  /** Other settings from now on: it keeps its connections, the state of its breaker, and what was learned of it. */
  reconfigure(changes: UpstreamChanges): void {
    const { breaker } = this.#options;
    this.#options = { ...this.#options, ...changes };
    const { endpoint, maxConnections, maxIdle, idleTimeoutMs } = changes;
    const { destination } = endpoint;
    this.pool.reconfigure({
      ...{ destination, maxConnections, maxIdle, idleTimeoutMs },
      maxAgeMs: changes.maxConnectionAgeMs,
    });
    if (!isDeepStrictEqual(breaker, changes.breaker)) this.breaker.reconfigure(changes.breaker);
    this.share(endpoint);
  }

  /** Other rules for outliers: what was counted by the old ones is forgotten. */
  watchBy(outliers: OutlierDetector): void {
    this.#outliers.remove(this.#watch);
    this.#outliers = outliers;
    this.#watch = outliers.add(this);
  }

  /** Checks its health from now on, or no longer. */
  checkHealth(
    settings: HealthCheckSettings,
    initial: InitialHealth,
    place: number,
    targets: number,
  ): void {
    this.health?.close();
    this.health = null;
    const { path } = settings;
    if (path === null) return;
    const { wheel, listener } = this.#options;
    this.health = new HealthCheck({
      settings: { ...settings, path },
      asked: () => this.endpoint,
      ...{ initial, place, targets, wheel },
      onChange: (change, why) => {
        if (change === 'up') this.#comeBack();
        listener.onHealthChanged(this, change, why);
      },
    });
  }

  /** Takes no more requests; those that it has go on. */
  leave(): void {
    this.#leaving = true;
    this.health?.close();
    this.health = null;
    this.#outliers.remove(this.#watch);
  }

  /** It is a target again before it had ended everything. */
  rejoin(): void {
    this.#leaving = false;
    this.#watch = this.#outliers.add(this);
    this.#comeBack();
  }

  onEjected(reason: EjectionReason, forMs: number): void {
    this.ejections[reason] += 1;
    this.lastEjection = { reason, until: this.#options.wheel.now() + forMs };
    this.#options.listener.onEjected(this, reason, forMs);
  }

  onReadmitted(): void {
    this.upSince = Math.max(this.upSince, this.#watch.readmittedAt);
    this.#options.listener.onReadmitted(this);
  }

  snapshot(): UpstreamSnapshot {
    return upstreamSnapshot(this);
  }

  close(): void {
    this.health?.close();
    this.pool.close();
  }

  #inUse(): boolean {
    return !this.#drained && !this.#leaving && this.isUp && !this.#watch.ejected();
  }

  #comeBack(): void {
    this.upSince = this.#options.wheel.now();
  }
}
