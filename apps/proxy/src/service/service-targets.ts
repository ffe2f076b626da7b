import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '@spillway/contracts';
import {
  type Breakers,
  breakerOptions,
  judgesSlowCalls,
  outlierVerdict,
  slowCallsEveryMs,
} from '@spillway/core';
import type { TargetSettings } from '../config/configuration.ts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { systemTime } from '../system/system-time.ts';
import { CapacityPoll } from './admission/capacity-poll.ts';
import type { Service, ServiceSurroundings } from './service.ts';
import { balanceSettings } from './upstream/balance.ts';
import type { Endpoint } from './upstream/endpoint.ts';
import { healthCheckSettings } from './upstream/health-check.ts';
import { TargetSet } from './upstream/target-set.ts';
import { Upstream, type UpstreamChanges, type UpstreamListener } from './upstream/upstream.ts';
import { Upstreams } from './upstream/upstreams.ts';

const capacityEveryMs = 10_000;

/** What of its service the targets need: the permits that they bound, and what they state that they take. */
type TargetsOwner = Pick<Service, 'name' | 'settings' | 'permits' | 'limit' | 'statedCapacity'>;

/** Instants in ms of the proxy's clock; without a deadline Infinity. */
interface TimedRequest {
  readonly receivedAt: number;
  readonly deadline: number;
}

interface EndedAttempt {
  readonly upstream: Upstream;
  readonly outcome: Outcome;
  readonly status: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The targets of a service as they come and go, and what follows from that for its permits and its queue. */
export class ServiceTargets implements Breakers {
  readonly upstreams: Upstreams;
  readonly #service: TargetsOwner;
  readonly #surroundings: ServiceSurroundings;
  readonly #targets: TargetSet;
  readonly #capacityPolls = new Map<Upstream, CapacityPoll>();
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
  #watch: NodeJS.Timeout | undefined;
  /** From when targets count as having come, ms; -Infinity: they are the first ones. */
  #since = -Infinity;

  constructor(service: TargetsOwner, surroundings: ServiceSurroundings) {
    const { resolver, srvLookup, events } = surroundings;
    const { settings } = service;
    this.#service = service;
    this.#surroundings = surroundings;
    this.upstreams = new Upstreams(settings);
    this.#targets = new TargetSet({
      ...{ settings, resolver, srvLookup },
      onChanged: (endpoints) => this.#replaceUpstreams(endpoints),
      onSrvLookupFailed: (name, error) => events.emit('srv_lookup_failed', name, error),
    });
  }

  /**
   * Replaces the targets while requests go on: those that stay keep their connections, breakers and what was learned,
   * new ones start slowly, and those that went end what they have.
   */
  set(targets: readonly TargetSettings[]): void {
    this.#targets.set(targets);
    this.#since = systemTime.now();
  }

  /** The service's settings are others than `before`: those that stay keep what they have. */
  reconfigure(before: ProxyConfig, targets: readonly TargetSettings[]): void {
    const { settings } = this.#service;
    const [choosing, checks] = [balanceSettings(settings), healthCheckSettings(settings)];
    if (!isDeepStrictEqual(choosing, balanceSettings(before))) this.upstreams.reconfigure(choosing);
    this.#targets.reconfigure(settings);
    if (settings.capacityPath !== before.capacityPath) this.#closePolls();
    this.set(targets);
    if (isDeepStrictEqual(checks, healthCheckSettings(before))) return;
    const { all } = this.upstreams;
    all.forEach((upstream, place) => {
      upstream.checkHealth(checks, upstream.isUp ? 'up' : 'down', place, all.length);
    });
    this.#onAvailabilityChanged();
  }

  /** Whether a new request may come in; asked once for each. */
  admits(): boolean {
    if (this.upstreams.limited) this.#limitToTargets();
    return this.upstreams.admits();
  }

  allow(): boolean {
    return this.upstreams.allow();
  }

  refusal(): Outcome {
    return this.whyNone().outcome;
  }

  /** No target has a place for one that has a permit: whether it has to wait once it has given that back. */
  mustWaitAgain(): boolean {
    if (this.upstreams.whyNone() !== 'all_at_limit') return false;
    const { permits } = this.#service;
    this.#limitToTargets();
    return permits.inFlight > permits.limit;
  }

  /** Why no target may be used, with a word for the client where the outcome alone would mislead. */
  whyNone(): { outcome: Outcome; detail: string } {
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

  /** An attempt at one of them is over, and its permit given back. */
  attemptEnded({ deadline, receivedAt }: TimedRequest, attempt: EndedAttempt): void {
    const { upstream, outcome, status, startedAt, endedAt } = attempt;
    // Of its own time the request has spent most here: else the queue, or another target, is to blame.
    const hadMost = endedAt - startedAt >= (deadline - receivedAt) / 2;
    upstream.watch.onResult(outlierVerdict(outcome, status, hadMost), startedAt);
    if (upstream.leaving) this.upstreams.closeIfDone(upstream);
    if (this.upstreams.limited) this.#limitToTargets();
  }

  /** Drops every connection to them, and all timers. */
  close(): void {
    clearInterval(this.#watch);
    this.#targets.close();
    this.#closePolls();
    this.upstreams.close();
  }

  #replaceUpstreams(endpoints: readonly Endpoint[]): void {
    const { upstreams } = this;
    const { settings, name } = this.#service;
    const before = upstreams.all;
    const serving = upstreams.allow();
    const all = endpoints.map((endpoint) => {
      const known = upstreams.find(endpoint.name);
      known?.reconfigure(this.#settingsOf(endpoint));
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
      this.#surroundings.events.emit('targets_changed', name, came, went);
    }
  }

  /** Requests in the queue are told when nobody is left who could serve them. */
  #onAvailabilityChanged(): void {
    this.#limitToTargets();
    if (!this.upstreams.allow()) this.#service.permits.flush();
  }

  #limitToTargets(): void {
    this.#service.limit.allow('targets', this.upstreams.places);
  }

  /**
   * If calls hang, nothing else asks the breaker, and the requests in the queue must be told; and a breaker whose
   * time is over has a place again for one of them.
   */
  #watchClock(): void {
    if (!judgesSlowCalls(this.#service.settings) && !this.upstreams.limited) {
      clearInterval(this.#watch);
      this.#watch = undefined;
      return;
    }
    // Responses that came while we were late are read first.
    const check = () => {
      this.upstreams.check();
      if (this.upstreams.limited) this.#limitToTargets();
    };
    this.#watch ??= setInterval(() => systemTime.afterIo(check), slowCallsEveryMs).unref();
  }

  #pollCapacity(): void {
    const { upstreams } = this;
    const { settings, statedCapacity } = this.#service;
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
        asked: () => upstream.endpoint,
        path,
        wheel: this.#surroundings.wheel,
        everyMs: capacityEveryMs,
        onHeard: (word) => statedCapacity.hear(upstream, word),
      });
      this.#capacityPolls.set(upstream, poll);
    }
  }

  #closePolls(): void {
    for (const poll of this.#capacityPolls.values()) poll.close();
    this.#capacityPolls.clear();
  }

  #settingsOf(endpoint: Endpoint): UpstreamChanges {
    const { settings } = this.#service;
    return {
      endpoint,
      maxConnections: settings.poolMaxsize,
      maxIdle: settings.poolConnections,
      idleTimeoutMs: settings.poolIdleTimeoutMs,
      maxConnectionAgeMs: settings.poolMaxAgeMs ?? Infinity,
      breaker: { ...breakerOptions(settings), random: Math.random },
    };
  }

  #openUpstream(endpoint: Endpoint): Upstream {
    return new Upstream({
      ...this.#settingsOf(endpoint),
      outliers: this.upstreams.outliers,
      since: this.#since === -Infinity ? -Infinity : systemTime.now(),
      wheel: this.#surroundings.wheel,
      listener: this.#listener,
    });
  }
}

const without = (all: readonly Upstream[], others: readonly Upstream[]): Upstream[] =>
  all.filter((upstream) => !others.includes(upstream));
