import type { PriorityClass } from '../admission/class-shares.ts';
import { KindFlows } from '../admission/kind-flows.ts';
import { Limiter } from '../admission/limiter.ts';
import type { LimiterHooks, LimiterRules } from '../admission/limiter-options.ts';
import { PermitLimit } from '../admission/permit-limit.ts';
import { firstLimit, LimitTuner } from '../limits/limit-tuner.ts';
import type { OwnStalls } from '../limits/own-stalls.ts';
import { RecentOutcomes } from '../retry/recent-outcomes.ts';
import { RetryBudget } from '../retry/retry-budget.ts';
import { RetryPolicy } from '../retry/retry-policy.ts';
import type { Random } from '../time/time-source.ts';
import type { TimerWheel } from '../time/timer-wheel.ts';
import type { ServiceSettings } from './service-settings.ts';

/** Where nobody says how often to try again. */
const [usualRetries, usualQuickRetries] = [2, 2];
const backoffCapMs = 30_000;
/** A quiet service may retry at all. */
const retriesAlwaysAllowed = 3;

/** What decides on the requests of one service, whichever of its targets they go to. */
export interface Decisions {
  readonly permits: Limiter;
  /** How many there are: only this sets it. */
  readonly limit: PermitLimit;
  /** Tells kinds of requests apart that nobody has named. */
  readonly kinds: KindFlows;
  /** Null: the limit stays where it was set. */
  readonly limitTuner: LimitTuner | null;
  readonly retryBudget: RetryBudget;
  readonly retryPolicy: RetryPolicy;
  readonly recentOutcomes: RecentOutcomes;
}

export interface DecisionSurroundings {
  readonly wheel: TimerWheel;
  readonly random: Random;
  readonly classes: readonly PriorityClass[];
  /** Targets may say how many requests they take. */
  readonly capacityIsStated?: boolean;
  /** Absent where the clock never stalls, as in a simulation. */
  readonly ownStalls?: OwnStalls;
  /** Stops while this process stands still; default: the wheel's clock. */
  readonly awake?: { now(): number };
  readonly hooks?: LimiterHooks;
}

export function buildDecisions(
  settings: ServiceSettings,
  surroundings: DecisionSurroundings,
): Decisions {
  const { maxConcurrentRequests } = settings;
  const { wheel, random, hooks, awake } = surroundings;
  const permits = new Limiter({
    ...rulesOf(settings, surroundings.classes),
    limit: maxConcurrentRequests === 'auto' ? firstLimit(settings) : maxConcurrentRequests,
    wheel,
    ...(hooks && { hooks }),
    ...(awake && { awake }),
  });
  const limit = new PermitLimit(permits);
  const retryBudget = new RetryBudget({ ...budgetOf(settings), time: wheel });
  return {
    permits,
    limit,
    kinds: new KindFlows(wheel, permits.groupFlows),
    limitTuner: limitMoves(settings, surroundings)
      ? new LimitTuner(settings, limit, wheel, surroundings.ownStalls ?? null)
      : null,
    retryBudget,
    retryPolicy: buildRetryPolicy(settings, retryBudget, random),
    recentOutcomes: new RecentOutcomes(wheel),
  };
}

/**
 * The same decisions by other settings: whoever waits keeps its place, permits and retries stay counted, and a limit that
 * was found is where the next search begins. `classOf`: the new index of an old class.
 */
export function reconfigureDecisions(
  { permits, limit, kinds, limitTuner, retryBudget, recentOutcomes }: Decisions,
  before: ServiceSettings,
  settings: ServiceSettings,
  surroundings: DecisionSurroundings,
  classOf: (priority: number) => number,
): Decisions {
  permits.reconfigure(rulesOf(settings, surroundings.classes), classOf);
  retryBudget.reconfigure(budgetOf(settings));
  const retryPolicy = buildRetryPolicy(settings, retryBudget, surroundings.random);
  const decisions = { permits, limit, kinds, limitTuner, retryBudget, retryPolicy, recentOutcomes };
  const moves = limitMoves(settings, surroundings);
  if (moves === (limitTuner !== null) && sameLimit(before, settings)) return decisions;
  const { maxConcurrentRequests, autoMin, autoMax } = settings;
  const initial =
    maxConcurrentRequests === 'auto'
      ? Math.min(autoMax, Math.max(autoMin, limit.allowedBy('tuner')))
      : maxConcurrentRequests;
  limit.allow('tuner', initial);
  if (!moves) return { ...decisions, limitTuner: null };
  const { wheel, ownStalls = null } = surroundings;
  const tuner = new LimitTuner(settings, limit, wheel, ownStalls, initial);
  // What the targets stated holds for the new search too: nobody tells it again until it changes.
  if (surroundings.capacityIsStated && limitTuner !== null)
    tuner.onStatedCapacity(limitTuner.statedCapacity);
  return { ...decisions, limitTuner: tuner };
}

const rulesOf = (settings: ServiceSettings, classes: readonly PriorityClass[]): LimiterRules => ({
  maxQueue: settings.maxQueueSize,
  order: settings.queueOrder,
  classes,
  maxPerFlow: settings.maxPerKey ?? Infinity,
});

const budgetOf = ({ retryBudget: share }: ServiceSettings) => ({
  share,
  minConcurrent: retriesAlwaysAllowed,
});

const limitMoves = (
  { maxConcurrentRequests }: ServiceSettings,
  { capacityIsStated }: DecisionSurroundings,
): boolean => maxConcurrentRequests === 'auto' || capacityIsStated === true;

const sameLimit = (a: ServiceSettings, b: ServiceSettings): boolean =>
  a.maxConcurrentRequests === b.maxConcurrentRequests &&
  a.autoAlgorithm === b.autoAlgorithm &&
  a.autoMin === b.autoMin &&
  a.autoMax === b.autoMax;

/** What is retried, and when; several policies may share the budget of a service. */
export const buildRetryPolicy = (
  settings: ServiceSettings,
  budget: RetryBudget,
  random: Random,
): RetryPolicy =>
  new RetryPolicy({
    maxRetries: settings.maxRetries,
    quickRetries:
      settings.quickRetries ?? (settings.maxRetries === usualRetries ? usualQuickRetries : 0),
    backoffFactorMs: settings.retryBackoffFactor * 1000,
    backoffCapMs,
    retryOnTimeout: settings.retryOnTimeout,
    furtherStatuses: new Set(settings.retryOn),
    budget,
    random,
  });
