import {
  type ArrivalRefusal,
  Breaker,
  Limiter,
  type LimiterHooks,
  type PermitSource,
  type Random,
  RetryBudget,
  RetryPolicy,
  TimerWheel,
  type TimeSource,
  type Waiter,
} from '@spillway/core';
import { AdaptiveLimit } from './adaptive-limit.ts';
import type { ClientGroup, Protection, ProxySettings } from './scenario.ts';

/** As in the proxy's gateway. */
const backoffCapMs = 30_000;
const retriesAlwaysAllowed = 3;

/** The parts that the proxy decides with, on the simulation's clock. */
export interface Core {
  readonly wheel: TimerWheel;
  readonly permits: PermitSource;
  readonly breaker: Breaker;
  readonly retryBudget: RetryBudget;
  readonly retryPolicy: RetryPolicy;
  /** Null: the limit stays as it is. */
  readonly adaptiveLimit: AdaptiveLimit | null;
  /** Tells the limiter whose request it is, and until when an answer is of use. */
  introduce(waiter: Waiter, group: ClientGroup): void;
  /** Puts a request into the line; null, or why not. */
  join(waiter: Waiter): ArrivalRefusal | null;
}

/** Builds them from the options as the gateway does. All that is known of the core's options is here. */
export function buildCore(
  settings: ProxySettings,
  protection: Exclude<Protection, 'none'>,
  time: TimeSource,
  random: Random,
  hooks: LimiterHooks,
): Core {
  const limitOnly = protection === 'limit';
  const classes = settings.classes ?? [];
  const wheel = new TimerWheel(time);
  const permits = new Limiter({
    limit: settings.maxConcurrentRequests,
    maxQueue: limitOnly ? 0 : settings.maxQueueSize,
    wheel,
    ...(settings.queueOrder === undefined ? {} : { order: settings.queueOrder }),
    ...(settings.maxPerKey === undefined ? {} : { maxPerFlow: settings.maxPerKey }),
    ...(classes.length === 0 ? {} : { classes }),
    hooks,
  });
  const breaker = new Breaker({
    ...(limitOnly ? {} : settings.breaker),
    threshold: limitOnly ? 0 : settings.circuitBreakerThreshold,
    openMs: settings.circuitBreakerTimeoutMs,
    probes: settings.circuitBreakerProbes,
    probeLeaseMs: settings.connectTimeoutMs + settings.readTimeoutMs + 1000,
    time,
    random,
    onTransition: (_from, to) => {
      if (to.name === 'open') permits.flush();
    },
  });
  const retryBudget = new RetryBudget({
    share: settings.retryBudget,
    minConcurrent: retriesAlwaysAllowed,
    time,
  });
  const retryPolicy = new RetryPolicy({
    maxRetries: limitOnly ? 0 : settings.maxRetries,
    backoffFactorMs: settings.retryBackoffFactor * 1000,
    backoffCapMs,
    retryOnTimeout: settings.retryOnTimeout,
    budget: retryBudget,
    random,
  });
  return {
    wheel,
    permits,
    breaker,
    retryBudget,
    retryPolicy,
    adaptiveLimit:
      settings.adaptiveLimit === undefined || limitOnly
        ? null
        : new AdaptiveLimit(settings.adaptiveLimit, permits),
    introduce: (waiter, group) => {
      const toldMs = group.tellsPatience ? group.patienceMs : Infinity;
      waiter.deadline = wheel.now() + Math.min(settings.requestTimeoutMs ?? Infinity, toldMs);
      // Who is in none of the classes is in the first one.
      waiter.priority = Math.max(
        0,
        classes.findIndex(({ name }) => name === group.class),
      );
      waiter.flow = group.key === null ? null : permits.flow(group.key);
    },
    join: (waiter) => permits.enqueue(waiter, settings.queueTimeoutMs),
  };
}
