import type { ServiceSnapshot, Shortages } from '@spillway/contracts';
import {
  buildDecisions,
  buildRetryPolicy,
  type DecisionSurroundings,
  type Decisions,
  type Flow,
  type Limiter,
  type LimitTuner,
  type Overload,
  type PermitLimit,
  RequestLife,
  type RetryBudget,
  type RetryPolicy,
  reconfigureDecisions,
  TimeRing,
  type TimerWheel,
} from '@spillway/core';
import type { ServiceSettings } from '../config/configuration.ts';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { ClientRequest } from '../http/client-request.ts';
import type { TrustedProxies } from '../http/trusted-proxies.ts';
import type { ProxyEvents } from '../observe/events.ts';
import { Traffic } from '../observe/traffic.ts';
import { systemTime } from '../system/system-time.ts';
import { Classes } from './admission/classes.ts';
import type { StallMonitor } from './admission/stall-monitor.ts';
import { StatedCapacity } from './admission/stated-capacity.ts';
import { serviceHealth, serviceSnapshot } from './service-snapshot.ts';
import { ServiceTargets } from './service-targets.ts';
import { hashKeyOf } from './upstream/hash-key.ts';
import type { Resolver } from './upstream/resolver.ts';
import type { SrvLookup } from './upstream/srv-records.ts';
import type { Upstream } from './upstream/upstream.ts';
import type { Upstreams } from './upstream/upstreams.ts';

/** What a service shares with the rest of its instance. */
export interface ServiceSurroundings {
  readonly wheel: TimerWheel;
  readonly events: ProxyEvents;
  readonly resolver: Resolver;
  readonly srvLookup: SrvLookup;
  readonly trustedProxies: TrustedProxies;
  /** Tells when this process's own event loop stands still. */
  readonly stallMonitor: StallMonitor;
}

/**
 * One guarded backend: its permits and queue, its targets with their breakers, its retry budget. Built from complete
 * settings; an exchange belongs to the service with which it began.
 */
export class Service {
  readonly name: string;
  settings: ProxyConfig;
  classes: Classes;
  readonly permits: Limiter;
  readonly limit: PermitLimit;
  /** Null: the limit stays where it was set. */
  limitTuner: LimitTuner | null;
  /** How much the targets say they can take; unused without --capacity-header or --capacity-path. */
  readonly statedCapacity = new StatedCapacity<Upstream>(
    () => systemTime.now(),
    (total) => this.limitTuner?.onStatedCapacity(total),
  );
  readonly targets: ServiceTargets;
  readonly upstreams: Upstreams;
  readonly retryBudget: RetryBudget;
  /** What happens to a request is decided there. */
  readonly life: RequestLife;
  readonly traffic = new Traffic();
  /** Requests finished at the targets: how fast the queue drains. */
  readonly completions = new TimeRing({ bucketMs: 1000, buckets: 11, time: systemTime });
  /** New requests are refused; those that it has end as ever. */
  drained = false;
  /** Requests that are not over, the queued ones included. */
  #underWay = 0;
  readonly #surroundings: ServiceSurroundings;
  #decisions: Decisions;
  #pausedAt = 0;

  constructor({ name, settings, targets }: ServiceSettings, surroundings: ServiceSurroundings) {
    const { wheel } = surroundings;
    this.name = name;
    this.settings = settings;
    this.#surroundings = surroundings;
    this.classes = new Classes(settings);
    const decisions = buildDecisions(settings, this.#decisionSurroundings());
    this.#decisions = decisions;
    this.permits = decisions.permits;
    this.limit = decisions.limit;
    this.limitTuner = decisions.limitTuner;
    this.retryBudget = decisions.retryBudget;
    this.targets = new ServiceTargets(this, surroundings);
    this.upstreams = this.targets.upstreams;
    this.targets.set(targets);
    this.life = new RequestLife(settings, decisions, this.targets, wheel);
  }

  /**
   * Other settings and targets from now on. Whoever waits keeps its place, permits stay held, and targets that stay keep
   * their connections, breakers and learned times. `exchanges`: those of this service that are open.
   */
  reconfigure(
    { settings, targets }: ServiceSettings,
    exchanges: Iterable<{ priority: number }>,
  ): void {
    const before = this.settings;
    const { names } = this.classes;
    this.settings = settings;
    this.classes = new Classes(settings);
    const classOf = (old: number) => Math.max(0, this.classes.names.indexOf(names[old] as string));
    for (const exchange of exchanges) exchange.priority = classOf(exchange.priority);
    this.#decisions = reconfigureDecisions(
      ...([this.#decisions, before, settings, this.#decisionSurroundings(), classOf] as const),
    );
    this.limitTuner = this.#decisions.limitTuner;
    this.life.reconfigure(settings, this.#decisions);
    this.targets.reconfigure(before, targets);
    const states = settings.capacityHeader !== null || settings.capacityPath !== null;
    this.statedCapacity.keepOnly(states ? this.upstreams.all : []);
  }

  /** In whose name a request comes, where that is told; else to which group of calls it belongs that take about as long. */
  flowFor(key: string | null, kind: number): Flow | null {
    if (key !== null) return this.permits.flow(key);
    return this.settings.fairnessKey === null ? this.#decisions.kinds.flowOf(kind) : null;
  }

  /** Requests wait, as far as the queue has room and for as long as each may, until it is resumed. */
  pause(): void {
    this.#pausedAt = systemTime.now();
    this.permits.paused = true;
  }

  resume(): void {
    this.permits.paused = false;
  }

  /** For how long it has been paused, ms; null: it is not. */
  get pausedMs(): number | null {
    return this.permits.paused ? systemTime.now() - this.#pausedAt : null;
  }

  /** What is retried, and when, by the settings of some of its requests; the budget is the service's. */
  retryPolicy(settings: ProxyConfig): RetryPolicy {
    return buildRetryPolicy(settings, this.retryBudget, Math.random);
  }

  /** Requests that are neither over nor waiting in the queue. */
  get active(): number {
    return this.#underWay - this.permits.queued;
  }

  requestStarted(): void {
    this.#underWay += 1;
  }

  /** Requests with the same one go to the same target (`--balance hash`); null: to any. */
  hashKeyOf(request: Pick<ClientRequest, 'field' | 'remoteAddress'>): string | null {
    const { balance, hashBy } = this.settings;
    if (balance !== 'hash') return null;
    return hashKeyOf(request, hashBy, this.#surroundings.trustedProxies);
  }

  /** One of its requests is over. */
  requestFinished({ attempts }: { readonly attempts: number }): void {
    this.#underWay -= 1;
    if (attempts > 0) this.completions.add();
  }

  /** For /proxy-metrics; `beside` is counted with it, where it is the only service. */
  snapshot(overload: Overload | null, beside?: readonly Traffic[]): ServiceSnapshot {
    return serviceSnapshot(this, overload, beside);
  }

  health(
    beside?: readonly Traffic[],
    recentShortages?: Shortages,
  ): Pick<ServiceSnapshot, 'status' | 'reasons'> {
    return serviceHealth(this, beside, recentShortages);
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    this.targets.close();
  }

  #decisionSurroundings(): DecisionSurroundings {
    const { settings, classes } = this;
    const { wheel, stallMonitor } = this.#surroundings;
    return {
      wheel,
      random: Math.random,
      classes: classes.shares,
      capacityIsStated: settings.capacityHeader !== null || settings.capacityPath !== null,
      ownStalls: stallMonitor.stalls,
      awake: stallMonitor.awake,
    };
  }
}
