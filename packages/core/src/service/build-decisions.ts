import type { PriorityClass } from '../admission/class-shares.ts';
import { Limiter } from '../admission/limiter.ts';
import type { LimiterHooks } from '../admission/limiter-options.ts';
import { firstLimit, LimitTuner } from '../limits/limit-tuner.ts';
import type { OwnStalls } from '../limits/own-stalls.ts';
import { RetryBudget } from '../retry/retry-budget.ts';
import { RetryPolicy } from '../retry/retry-policy.ts';
import type { Random } from '../time/time-source.ts';
import type { TimerWheel } from '../time/timer-wheel.ts';
import type { ServiceSettings } from './service-settings.ts';

const backoffCapMs = 30_000;
/** A quiet service may retry at all. */
const retriesAlwaysAllowed = 3;

/** What decides on the requests of one service, whichever of its targets they go to. */
export interface Decisions {
  readonly permits: Limiter;
  /** Null: the limit stays where it was set. */
  readonly limitTuner: LimitTuner | null;
  readonly retryBudget: RetryBudget;
  readonly retryPolicy: RetryPolicy;
}

export interface DecisionSurroundings {
  readonly wheel: TimerWheel;
  readonly random: Random;
  readonly classes: readonly PriorityClass[];
  /** Targets may say how many requests they take. */
  readonly capacityIsStated?: boolean;
  /** Absent where the clock never stalls, as in a simulation. */
  readonly ownStalls?: OwnStalls;
  readonly hooks?: LimiterHooks;
}

export function buildDecisions(
  settings: ServiceSettings,
  { wheel, random, classes, capacityIsStated, ownStalls, hooks }: DecisionSurroundings,
): Decisions {
  const { maxConcurrentRequests } = settings;
  const permits = new Limiter({
    limit: maxConcurrentRequests === 'auto' ? firstLimit(settings) : maxConcurrentRequests,
    maxQueue: settings.maxQueueSize,
    wheel,
    order: settings.queueOrder,
    classes,
    maxPerFlow: settings.maxPerKey ?? Infinity,
    ...(hooks && { hooks }),
  });
  const limitMoves = maxConcurrentRequests === 'auto' || capacityIsStated === true;
  const retryBudget = new RetryBudget({
    share: settings.retryBudget,
    minConcurrent: retriesAlwaysAllowed,
    time: wheel,
  });
  const retryPolicy = buildRetryPolicy(settings, retryBudget, random);
  return {
    permits,
    limitTuner: limitMoves ? new LimitTuner(settings, permits, wheel, ownStalls ?? null) : null,
    retryBudget,
    retryPolicy,
  };
}

/** What is retried, and when; several policies may share the budget of a service. */
export const buildRetryPolicy = (
  settings: ServiceSettings,
  budget: RetryBudget,
  random: Random,
): RetryPolicy =>
  new RetryPolicy({
    maxRetries: settings.maxRetries,
    backoffFactorMs: settings.retryBackoffFactor * 1000,
    backoffCapMs,
    retryOnTimeout: settings.retryOnTimeout,
    furtherStatuses: new Set(settings.retryOn),
    budget,
    random,
  });
