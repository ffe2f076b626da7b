import type { IncomingMessage } from 'node:http';
import type { Outcome } from '@spillway/contracts';
import {
  Limiter,
  outlierVerdict,
  RetryBudget,
  RetryPolicy,
  TimeRing,
  type TimerWheel,
} from '@spillway/core';
import { CapacityPoll } from '../admission/capacity-poll.ts';
import { Classes } from '../admission/classes.ts';
import { firstLimit, LimitTuner } from '../admission/limit-tuner.ts';
import { StatedCapacity } from '../admission/stated-capacity.ts';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { ServiceSettings, TargetSettings } from '../config/configuration.ts';
import type { ProxyEvents } from '../observe/events.ts';
import { Traffic } from '../observe/traffic.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import type { TrustedProxies } from '../request/trusted-proxies.ts';
import { systemTime } from '../system-time.ts';
import { breakerOptions } from '../upstream/breaker-options.ts';
import type { Endpoint } from '../upstream/endpoint.ts';
import { hashKeyOf } from '../upstream/hash-key.ts';
import { healthCheckSettings } from '../upstream/health-check.ts';
import type { Resolver } from '../upstream/resolver.ts';
import type { SrvLookup } from '../upstream/srv-records.ts';
import { TargetSet } from '../upstream/target-set.ts';
import { Upstream, type UpstreamListener } from '../upstream/upstream.ts';
import { Upstreams } from '../upstream/upstreams.ts';
import { PermitLimit } from './permit-limit.ts';

const backoffCapMs = 30_000;
const capacityEveryMs = 10_000;
/** What changes by the clock alone, slow calls and breakers that may be tried again, is looked for so often. */
const watchEveryMs = 100;

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
  readonly upstreams: Upstreams;
  readonly limit: PermitLimit;
  readonly retryBudget: RetryBudget;
  readonly traffic = new Traffic();
  /** Requests finished at the targets: how fast the queue drains. */
  readonly completions = new TimeRing({ bucketMs: 1000, buckets: 11, time: systemTime });
  readonly #listener: UpstreamListener = {
    onBreakerTransition: (upstream, from, to, why) => {
      this.#surroundings.events.emit('breaker_changed', upstream, from, to, why);
      this.#onAvailabilityChanged();
    },
    onEjected: (upstream, reason, forMs) => {
      this.#surroundings.events.emit('target_ejected', upstream, reason, forMs);
      this.#onAvailabilityChanged();
    },
    onReadmitted: (upstream) => {
      this.#surroundings.events.emit('target_readmitted', upstream);
      this.#limitToTargets();
    },
    onHealthChanged: (upstream, change, why) => {
      this.#surroundings.events.emit('target_health_changed', upstream, change, why);
      this.#onAvailabilityChanged();
    },
    onChanged: () => {
      this.upstreams.targetsChanged();
      this.#watchClock();
      this.#onAvailabilityChanged();
    },
  };
  /** Requests that are not over, the queued ones included. */
  #underWay = 0;
  readonly #surroundings: ServiceSurroundings;
  readonly #targets: TargetSet;
  readonly #capacityPolls = new Map<Upstream, CapacityPoll>();
  #watch: NodeJS.Timeout | undefined;
  /** From when targets count as having come, ms; -Infinity: they are the first ones. */
  #since = -Infinity;

  constructor({ name, settings, targets }: ServiceSettings, surroundings: ServiceSurroundings) {
    const { wheel, resolver, srvLookup, events } = surroundings;
    this.name = name;
    this.settings = settings;
    this.#surroundings = surroundings;
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
    this.upstreams = new Upstreams(settings);
    this.#targets = new TargetSet({
      settings,
      resolver,
      srvLookup,
      onChanged: (endpoints) => this.#replaceUpstreams(endpoints),
      onSrvLookupFailed: (srvName, error) => events.emit('srv_lookup_failed', srvName, error),
    });
    this.setTargets(targets);
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

  /**
   * Replaces the targets while requests go on: those that stay keep their connections, breakers and what was learned,
   * new ones start slowly, and those that went end what they have.
   */
  setTargets(targets: readonly TargetSettings[]): void {
    this.#targets.set(targets);
    this.#since = systemTime.now();
  }

  /** Whether a new request may come in; asked once for each. */
  admits(): boolean {
    if (this.upstreams.limited) this.#limitToTargets();
    return this.upstreams.admits();
  }

  /** No target has a place for one that has a permit: whether it has to wait once it has given that back. */
  mustWaitAgain(): boolean {
    if (this.upstreams.whyNone() !== 'all_at_limit') return false;
    this.#limitToTargets();
    return this.permits.inFlight > this.permits.limit;
  }

  /** Requests with the same one go to the same target (`--balance hash`); null: to any. */
  hashKeyOf(request: IncomingMessage): string | null {
    const { balance, hashBy } = this.settings;
    if (balance !== 'hash') return null;
    return hashKeyOf(request, hashBy, this.#surroundings.trustedProxies);
  }

  /** Why no target may be used, with a word for the client where the outcome alone would mislead. */
  whyNoTarget(): { outcome: Outcome; detail: string } {
    const { all, allDown } = this.upstreams;
    if (all.length === 0) {
      return { outcome: 'dns_error', detail: 'no address of any target is known yet' };
    }
    if (allDown) {
      return { outcome: 'breaker_open', detail: 'all targets are down by their health checks' };
    }
    const drained = all.every((upstream) => upstream.drained);
    return { outcome: 'breaker_open', detail: drained ? 'all targets are drained' : '' };
  }

  /** One of its attempts is over. */
  attemptEnded(exchange: Exchange, attempt: AttemptRecord): void {
    const { upstream, outcome, status, startedAt, endedAt } = attempt;
    // Of its own time the request has spent most here: else the queue, or another target, is to blame.
    const hadMost = endedAt - startedAt >= (exchange.deadline - exchange.receivedAt) / 2;
    upstream.watch.onResult(outlierVerdict(outcome, status, hadMost), startedAt);
    if (upstream.leaving) this.upstreams.closeIfDone(upstream);
    if (this.upstreams.limited) this.#limitToTargets();
    this.limitTuner?.onAttempt(exchange, attempt);
  }

  /** One of its requests is over. */
  requestFinished({ attempts }: Exchange): void {
    this.#underWay -= 1;
    if (attempts > 0) this.completions.add();
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    clearInterval(this.#watch);
    this.#targets.close();
    for (const poll of this.#capacityPolls.values()) poll.close();
    this.upstreams.close();
    this.limitTuner?.close();
  }

  #replaceUpstreams(endpoints: readonly Endpoint[]): void {
    const { upstreams, settings } = this;
    const before = upstreams.all;
    const serving = upstreams.allow();
    const all = endpoints.map((endpoint) => {
      const known = upstreams.find(endpoint.name);
      known?.reconfigure(endpoint);
      return known ?? this.#openUpstream(endpoint);
    });
    upstreams.replace(all);
    const checks = healthCheckSettings(settings);
    all.forEach((upstream, place) => {
      if (upstream.health !== null) return;
      // One that comes beside others that serve has to show first that it can.
      upstream.checkHealth(checks, serving ? 'down' : 'up', place, all.length);
    });
    this.#pollCapacity();
    this.#watchClock();
    this.#onAvailabilityChanged();
    const [came, went] = [without(all, before), without(before, all)];
    if (this.#since !== -Infinity && came.length + went.length > 0) {
      this.#surroundings.events.emit('targets_changed', this, came, went);
    }
  }

  /** Requests in the queue are told when nobody is left who could serve them. */
  #onAvailabilityChanged(): void {
    this.#limitToTargets();
    if (!this.upstreams.allow()) this.permits.flush();
  }

  #limitToTargets(): void {
    this.limit.allow('targets', this.upstreams.places);
  }

  /**
   * If calls hang, nothing else asks the breaker, and the requests in the queue must be told; and a breaker whose
   * time is over has a place again for one of them.
   */
  #watchClock(): void {
    clearInterval(this.#watch);
    const slow = breakerOptions(this.settings).rules?.slow_call_rate !== undefined;
    if (!slow && !this.upstreams.limited) return;
    // Responses that came while we were late are read first.
    const check = () => {
      this.upstreams.check();
      if (this.upstreams.limited) this.#limitToTargets();
    };
    this.#watch = setInterval(() => systemTime.afterIo(check), watchEveryMs).unref();
  }

  #pollCapacity(): void {
    const { settings, statedCapacity, upstreams } = this;
    const { capacityPath: path } = settings;
    if (path === null) return;
    for (const [upstream, poll] of this.#capacityPolls) {
      if (upstreams.all.includes(upstream)) continue;
      poll.close();
      this.#capacityPolls.delete(upstream);
    }
    for (const upstream of upstreams.all) {
      if (this.#capacityPolls.has(upstream)) continue;
      const poll = new CapacityPoll({
        asked: upstream.endpoint,
        path,
        wheel: this.#surroundings.wheel,
        everyMs: capacityEveryMs,
        onHeard: (word) => statedCapacity.hear(upstream, word),
      });
      this.#capacityPolls.set(upstream, poll);
    }
  }

  #openUpstream(endpoint: Endpoint): Upstream {
    const { settings } = this;
    return new Upstream({
      endpoint,
      maxConnections: settings.poolMaxsize,
      maxIdle: settings.poolConnections,
      idleTimeoutMs: settings.poolIdleTimeoutMs,
      maxConnectionAgeMs: settings.poolMaxAgeMs ?? Infinity,
      breaker: breakerOptions(settings),
      outliers: this.upstreams.outliers,
      since: this.#since === -Infinity ? -Infinity : systemTime.now(),
      wheel: this.#surroundings.wheel,
      listener: this.#listener,
    });
  }
}

const without = (all: readonly Upstream[], others: readonly Upstream[]): Upstream[] =>
  all.filter((upstream) => !others.includes(upstream));

const movesLimit = (settings: ProxyConfig): boolean =>
  settings.maxConcurrentRequests === 'auto' ||
  settings.capacityHeader !== null ||
  settings.capacityPath !== null;
