import type { IncomingMessage } from 'node:http';
import { Limiter, RetryBudget, RetryPolicy, TimeRing, type TimerWheel } from '@spillway/core';
import { Classes } from '../admission/classes.ts';
import { firstLimit, LimitTuner } from '../admission/limit-tuner.ts';
import { StatedCapacity } from '../admission/stated-capacity.ts';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { ServiceSettings } from '../config/configuration.ts';
import type { ProxyEvents } from '../observe/events.ts';
import { Traffic } from '../observe/traffic.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import type { TrustedProxies } from '../request/trusted-proxies.ts';
import { systemTime } from '../system-time.ts';
import { hashKeyOf } from '../upstream/hash-key.ts';
import type { Resolver } from '../upstream/resolver.ts';
import type { SrvLookup } from '../upstream/srv-records.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import { PermitLimit } from './permit-limit.ts';
import { ServiceTargets } from './service-targets.ts';

const backoffCapMs = 30_000;

/** What a service shares with the rest of its instance. */
export interface ServiceSurroundings {
  readonly wheel: TimerWheel;
  readonly events: ProxyEvents;
  readonly resolver: Resolver;
  readonly srvLookup: SrvLookup;
  readonly trustedProxies: TrustedProxies;
}

/**
 * One guarded backend: its permits and queue, its targets with their breakers, its retry budget. Built from complete
 * settings; an exchange belongs to the service with which it began.
 */
export class Service {
  readonly name: string;
  readonly settings: ProxyConfig;
  readonly classes: Classes;
  readonly permits: Limiter;
  /** Null: the limit stays where it was set. */
  readonly limitTuner: LimitTuner | null;
  /** How much the targets say they can take; unused without --capacity-header or --capacity-path. */
  readonly statedCapacity = new StatedCapacity<Upstream>(
    () => systemTime.now(),
    (total) => this.limitTuner?.onStatedCapacity(total),
  );
  readonly targets: ServiceTargets;
  readonly upstreams: Upstreams;
  readonly limit: PermitLimit;
  readonly retryBudget: RetryBudget;
  readonly traffic = new Traffic();
  /** Requests finished at the targets: how fast the queue drains. */
  readonly completions = new TimeRing({ bucketMs: 1000, buckets: 11, time: systemTime });
  /** Requests that are not over, the queued ones included. */
  #underWay = 0;
  readonly #trustedProxies: TrustedProxies;

  constructor({ name, settings, targets }: ServiceSettings, surroundings: ServiceSurroundings) {
    const { wheel, trustedProxies } = surroundings;
    this.name = name;
    this.settings = settings;
    this.#trustedProxies = trustedProxies;
    this.classes = new Classes(settings);
    this.permits = new Limiter({
      limit:
        settings.maxConcurrentRequests === 'auto'
          ? firstLimit(settings)
          : settings.maxConcurrentRequests,
      maxQueue: settings.maxQueueSize,
      wheel,
      order: settings.queueOrder,
      classes: this.classes.shares,
      maxPerFlow: settings.maxPerKey ?? Infinity,
    });
    this.limit = new PermitLimit(this.permits);
    this.limitTuner = movesLimit(settings)
      ? new LimitTuner(settings, this.permits, (limit) => this.limit.allow('tuner', limit))
      : null;
    this.targets = new ServiceTargets(this, surroundings);
    this.upstreams = this.targets.upstreams;
    this.targets.set(targets);
    this.retryBudget = new RetryBudget({
      share: settings.retryBudget,
      minConcurrent: 3,
      time: systemTime,
    });
  }

  /** What is retried, and when, by the settings of some of its requests; the budget is the service's. */
  retryPolicy(settings: ProxyConfig): RetryPolicy {
    return new RetryPolicy({
      maxRetries: settings.maxRetries,
      backoffFactorMs: settings.retryBackoffFactor * 1000,
      backoffCapMs,
      retryOnTimeout: settings.retryOnTimeout,
      furtherStatuses: new Set(settings.retryOn),
      budget: this.retryBudget,
      random: Math.random,
    });
  }

  /** Requests that are neither over nor waiting in the queue. */
  get active(): number {
    return this.#underWay - this.permits.queued;
  }

  requestStarted(): void {
    this.#underWay += 1;
  }

  /** Requests with the same one go to the same target (`--balance hash`); null: to any. */
  hashKeyOf(request: IncomingMessage): string | null {
    const { balance, hashBy } = this.settings;
    if (balance !== 'hash') return null;
    return hashKeyOf(request, hashBy, this.#trustedProxies);
  }

  /** One of its attempts is over. */
  attemptEnded(exchange: Exchange, attempt: AttemptRecord): void {
    this.targets.attemptEnded(exchange, attempt);
    this.limitTuner?.onAttempt(exchange, attempt);
  }

  /** One of its requests is over. */
  requestFinished({ attempts }: Exchange): void {
    this.#underWay -= 1;
    if (attempts > 0) this.completions.add();
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    this.targets.close();
    this.limitTuner?.close();
  }
}

const movesLimit = (settings: ProxyConfig): boolean =>
  settings.maxConcurrentRequests === 'auto' ||
  settings.capacityHeader !== null ||
  settings.capacityPath !== null;
