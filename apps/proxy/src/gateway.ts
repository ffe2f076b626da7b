import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { Limiter, RetryBudget, RetryPolicy, TimeRing, TimerWheel } from '@spillway/core';
import { CapacityPoll } from './admission/capacity-poll.ts';
import { Classes } from './admission/classes.ts';
import { firstLimit, LimitTuner } from './admission/limit-tuner.ts';
import { SelfProtection } from './admission/self-protection.ts';
import { StatedCapacity } from './admission/stated-capacity.ts';
import type { ProxyConfig } from './cli/proxy-options.ts';
import { resolveTargets } from './cli/resolve-targets.ts';
import { ProxyEvents } from './observe/events.ts';
import { History } from './observe/history.ts';
import { Metrics } from './observe/metrics.ts';
import { RecentRequests } from './observe/recent-requests/recent-requests.ts';
import type { Tracing } from './observe/tracing/tracing.ts';
import { AdminToken } from './own/admin-token.ts';
import { HeldMemory } from './request/held-memory.ts';
import { TrustedProxies } from './request/trusted-proxies.ts';
import { systemTime } from './system-time.ts';
import { breakerOptions } from './upstream/breaker-options.ts';
import type { Destination } from './upstream/connect.ts';
import { Upstream } from './upstream/upstream.ts';
import { Upstreams } from './upstream/upstreams.ts';

const backoffCapMs = 30_000;
const capacityEveryMs = 10_000;
const slowCallsEveryMs = 100;

/** Everything that requests share. Built once from a complete configuration; owns no listener. */
export class Gateway {
  readonly config: ProxyConfig;
  /** The demo backend stands in for a target. */
  readonly demo: boolean;
  readonly scheme = 'http';
  /** Our name in Via, of this instance alone: what carries it has come back to us. */
  readonly pseudonym = `spillway-${randomBytes(4).toString('hex')}`;
  readonly events = new ProxyEvents();
  readonly wheel: TimerWheel;
  readonly classes: Classes;
  readonly trustedProxies: TrustedProxies;
  readonly permits: Limiter;
  /** Null: the limit stays where it was set. */
  readonly limitTuner: LimitTuner | null;
  /** What the upstreams say that they take; nobody hears it without --capacity-header or --capacity-path. */
  readonly statedCapacity = new StatedCapacity<Upstream>(systemTime.now, (total) =>
    this.limitTuner?.onStatedCapacity(total),
  );
  readonly selfProtection: SelfProtection;
  readonly upstreams: Upstreams;
  readonly retryBudget: RetryBudget;
  readonly retryPolicy: RetryPolicy;
  readonly replayMemory: HeldMemory;
  readonly responseMemory: HeldMemory;
  /** Requests finished at the upstreams: how fast the queue drains. */
  readonly completions: TimeRing;
  readonly metrics: Metrics;
  readonly history: History;
  readonly recentRequests: RecentRequests;
  /** Where clients are connected. */
  readonly clientSockets = new Set<Socket>();
  readonly adminToken: AdminToken;
  /** Null unless a collector is configured. */
  tracing: Tracing | null = null;
  draining = false;
  readonly #capacityPolls: readonly CapacityPoll[];
  readonly #slowCallWatch: NodeJS.Timeout | undefined;

  constructor(config: ProxyConfig, options: { demo?: boolean } = {}) {
    this.config = config;
    this.adminToken = new AdminToken(config);
    this.demo = options.demo ?? false;
    this.wheel = new TimerWheel(systemTime);
    this.classes = new Classes(config);
    this.trustedProxies = new TrustedProxies(config.trustedProxies);
    this.permits = new Limiter({
      limit:
        config.maxConcurrentRequests === 'auto' ? firstLimit(config) : config.maxConcurrentRequests,
      maxQueue: config.maxQueueSize,
      wheel: this.wheel,
      order: config.queueOrder,
      classes: this.classes.shares,
      maxPerFlow: config.maxPerKey ?? Infinity,
    });
    this.limitTuner = movesLimit(config) ? new LimitTuner(config, this.permits) : null;
    this.limitTuner?.listen(this.events);
    this.selfProtection = new SelfProtection(config, () => this.clientSockets.size);
    this.upstreams = new Upstreams(this.#openUpstreams());
    this.#capacityPolls = this.#pollCapacity();
    this.#slowCallWatch = this.#watchSlowCalls();
    this.retryBudget = new RetryBudget({
      share: config.retryBudget,
      minConcurrent: 3,
      time: systemTime,
    });
    this.retryPolicy = new RetryPolicy({
      maxRetries: config.maxRetries,
      backoffFactorMs: config.retryBackoffFactor * 1000,
      backoffCapMs,
      retryOnTimeout: config.retryOnTimeout,
      furtherStatuses: new Set(config.retryOn),
      budget: this.retryBudget,
      random: Math.random,
    });
    this.replayMemory = new HeldMemory(config.retryBodyTotalBytes);
    this.responseMemory = new HeldMemory(config.responseBufferTotalBytes);
    this.completions = new TimeRing({ bucketMs: 1000, buckets: 11, time: systemTime });
    this.events.on('request_finished', ({ attempts }) => {
      if (attempts > 0) this.completions.add();
    });
    this.metrics = new Metrics(this);
    this.recentRequests = new RecentRequests(config.recentRequests, this.events);
    this.history = new History(() => this.metrics.snapshot());
  }

  /** Drops every connection to the upstreams, and all timers. */
  close(): void {
    clearInterval(this.#slowCallWatch);
    for (const poll of this.#capacityPolls) poll.close();
    this.upstreams.close();
    this.wheel.stop();
    this.selfProtection.close();
    this.limitTuner?.close();
    this.history.close();
    this.metrics.close();
  }

  /** Behind calls that hang nobody may come to ask, and whoever waits is to be told. */
  #watchSlowCalls(): NodeJS.Timeout | undefined {
    if (breakerOptions(this.config).rules?.slow_call_rate === undefined) return undefined;
    return setInterval(() => this.upstreams.check(), slowCallsEveryMs).unref();
  }

  #pollCapacity(): CapacityPoll[] {
    const { config, wheel, statedCapacity } = this;
    const { capacityPath: path } = config;
    if (path === null) return [];
    return this.upstreams.all.map((upstream) => {
      const { origin } = upstream;
      return new CapacityPoll({
        origin,
        path,
        destination: destinationOf(new URL(origin), config),
        wheel,
        everyMs: capacityEveryMs,
        onHeard: (word) => statedCapacity.hear(upstream, word),
      });
    });
  }

  #openUpstreams(): Upstream[] {
    const { config, wheel } = this;
    return resolveTargets(config).map(({ origin }) => {
      const url = new URL(origin);
      return new Upstream({
        url,
        destination: destinationOf(url, config),
        maxConnections: config.poolMaxsize,
        maxIdle: config.poolConnections,
        idleTimeoutMs: config.poolIdleTimeoutMs,
        breaker: breakerOptions(config),
        wheel,
        onBreakerTransition: (upstream, from, to, why) => {
          this.events.emit('breaker_changed', upstream, from, to, why);
          if (to === 'open' && !this.upstreams.allow()) this.permits.flush();
        },
      });
    });
  }
}

const movesLimit = (config: ProxyConfig): boolean =>
  config.maxConcurrentRequests === 'auto' ||
  config.capacityHeader !== null ||
  config.capacityPath !== null;

function destinationOf(url: URL, config: ProxyConfig): Destination {
  const secure = url.protocol === 'https:';
  const authorities =
    config.targetCaFile === null ? undefined : readFileSync(config.targetCaFile, 'utf8');
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    tls: secure
      ? {
          context: createSecureContext(
            authorities === undefined ? {} : { ca: [...rootCertificates, authorities] },
          ),
          insecure: config.targetInsecure,
        }
      : null,
    timeoutMs: config.connectTimeoutMs,
    maxHeaderBytes: config.maxHeaderSizeBytes,
  };
}
