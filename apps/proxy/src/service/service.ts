import {
  breakerOptions,
  buildDecisions,
  buildRetryPolicy,
  type DecisionSurroundings,
  type Decisions,
  judgesSlowCalls,
  type Limiter,
  type LimitTuner,
  RequestLife,
  type RetryBudget,
  type RetryPolicy,
  reconfigureDecisions,
  slowCallsEveryMs,
  TimeRing,
  type TimerWheel,
} from '@spillway/core';
import { CapacityPoll } from '../admission/capacity-poll.ts';
import { Classes } from '../admission/classes.ts';
import type { OwnBeat } from '../admission/own-beat.ts';
import { StatedCapacity } from '../admission/stated-capacity.ts';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { ServiceSettings, TargetSettings } from '../config/configuration.ts';
import type { ProxyEvents } from '../observe/events.ts';
import { Traffic } from '../observe/traffic.ts';
import type { Exchange } from '../request/exchange.ts';
import { systemTime } from '../system-time.ts';
import { destinationOf } from '../upstream/destination.ts';
import type { Resolver } from '../upstream/resolver.ts';
import { Upstream, type UpstreamChanges } from '../upstream/upstream.ts';
import { Upstreams } from '../upstream/upstreams.ts';

const capacityEveryMs = 10_000;

/** What a service shares with the rest of its instance. */
export interface ServiceSurroundings {
  readonly wheel: TimerWheel;
  readonly events: ProxyEvents;
  readonly resolver: Resolver;
  /** Tells when this process's own event loop stands still. */
  readonly ownBeat: OwnBeat;
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
  /** Null: the limit stays where it was set. */
  limitTuner: LimitTuner | null;
  /** How much the targets say they can take; unused without --capacity-header or --capacity-path. */
  readonly statedCapacity = new StatedCapacity<Upstream>(
    () => systemTime.now(),
    (total) => this.limitTuner?.onStatedCapacity(total),
  );
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
  readonly #capacityPolls = new Map<Upstream, CapacityPoll>();
  #capacityPath: string | null = null;
  #pausedAt = 0;
  #slowCallWatch: NodeJS.Timeout | undefined;

  constructor({ name, settings, targets }: ServiceSettings, surroundings: ServiceSurroundings) {
    const { wheel } = surroundings;
    this.name = name;
    this.settings = settings;
    this.#surroundings = surroundings;
    this.classes = new Classes(settings);
    const decisions = buildDecisions(settings, this.#decisionSurroundings());
    this.#decisions = decisions;
    this.permits = decisions.permits;
    this.limitTuner = decisions.limitTuner;
    this.retryBudget = decisions.retryBudget;
    this.upstreams = new Upstreams(targets.map((target) => this.#openUpstream(target)));
    this.#startWatching();
    this.life = new RequestLife(settings, decisions, this.upstreams, wheel);
  }

  /**
   * Other settings and targets from now on. Whoever waits keeps its place, permits stay held, and targets that stay keep
   * their connections, breakers and learned times. `exchanges`: those of this service that are open.
   */
  reconfigure({ settings, targets }: ServiceSettings, exchanges: Iterable<Exchange>): void {
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
    this.setTargets(targets);
    const states = settings.capacityHeader !== null || settings.capacityPath !== null;
    this.statedCapacity.keepOnly(states ? this.upstreams.all : []);
    this.#startWatching();
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

  /** A target gets no new requests, or gets some again; what it has ends as ever. */
  drainTarget(upstream: Upstream, drained: boolean): void {
    upstream.drained = drained;
    if (!this.upstreams.allow()) this.permits.flush();
  }

  /** Those that stay are kept, new ones opened; those that went end what they have and are closed. */
  setTargets(targets: readonly TargetSettings[]): void {
    const before = this.upstreams.all;
    const after = targets.map((target) => {
      const known = before.find(({ origin }) => origin === target.origin);
      known?.reconfigure(this.#settingsOf(target));
      return known ?? this.#openUpstream(target);
    });
    this.upstreams.all = after;
    for (const [upstream, poll] of this.#capacityPolls) {
      if (after.includes(upstream)) continue;
      poll.close();
      this.#capacityPolls.delete(upstream);
    }
    for (const upstream of before) if (!after.includes(upstream)) upstream.retire();
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

  /** One of its requests is over. */
  requestFinished({ attempts }: Exchange): void {
    this.#underWay -= 1;
    if (attempts > 0) this.completions.add();
  }

  /** Drops every connection to the targets, and all timers. */
  close(): void {
    this.#stopWatching();
    this.upstreams.close();
  }

  #decisionSurroundings(): DecisionSurroundings {
    const { settings, classes } = this;
    const { wheel, ownBeat } = this.#surroundings;
    return {
      wheel,
      random: Math.random,
      classes: classes.shares,
      capacityIsStated: settings.capacityHeader !== null || settings.capacityPath !== null,
      ownStalls: ownBeat.stalls,
    };
  }

  /** What is watched already stays so: reloads may come more often than a poll takes. */
  #startWatching(): void {
    const { capacityPath } = this.settings;
    if (capacityPath !== this.#capacityPath) this.#stopPolls();
    this.#capacityPath = capacityPath;
    if (capacityPath !== null) this.#pollCapacity(capacityPath);
    const judges = judgesSlowCalls(this.settings);
    if (judges) this.#slowCallWatch ??= this.#watchSlowCalls();
    else this.#stopSlowCallWatch();
  }

  #stopWatching(): void {
    this.#stopSlowCallWatch();
    this.#stopPolls();
  }

  #stopSlowCallWatch(): void {
    clearInterval(this.#slowCallWatch);
    this.#slowCallWatch = undefined;
  }

  #stopPolls(): void {
    for (const poll of this.#capacityPolls.values()) poll.close();
    this.#capacityPolls.clear();
  }

  /** If calls hang, nothing else asks the breaker, and the requests in the queue must be told. */
  #watchSlowCalls(): NodeJS.Timeout {
    // Responses that came while we were late are read first.
    const check = () => this.upstreams.check();
    return setInterval(() => systemTime.afterIo(check), slowCallsEveryMs).unref();
  }

  #pollCapacity(path: string): void {
    const { statedCapacity } = this;
    for (const upstream of this.upstreams.all) {
      if (this.#capacityPolls.has(upstream)) continue;
      const { origin } = upstream;
      const poll = new CapacityPoll({
        origin,
        path,
        destination: () => upstream.destination,
        wheel: this.#surroundings.wheel,
        everyMs: capacityEveryMs,
        onHeard: (word) => statedCapacity.hear(upstream, word),
      });
      this.#capacityPolls.set(upstream, poll);
    }
  }

  #settingsOf({ origin }: TargetSettings): UpstreamChanges {
    const { settings } = this;
    return {
      destination: destinationOf(new URL(origin), settings, this.#surroundings.resolver),
      maxConnections: settings.poolMaxsize,
      maxIdle: settings.poolConnections,
      idleTimeoutMs: settings.poolIdleTimeoutMs,
      maxConnectionAgeMs: settings.poolMaxAgeMs ?? Infinity,
      breaker: { ...breakerOptions(settings), random: Math.random },
    };
  }

  #openUpstream(target: TargetSettings): Upstream {
    const { wheel, events } = this.#surroundings;
    return new Upstream({
      ...this.#settingsOf(target),
      url: new URL(target.origin),
      wheel,
      onBreakerTransition: (upstream, from, to, why) => {
        events.emit('breaker_changed', upstream, from, to, why);
        if (to === 'open' && !this.upstreams.allow()) this.permits.flush();
      },
    });
  }
}
