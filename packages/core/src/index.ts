export type { AdmissionRamp } from './admission-ramp.ts';
export { fullJitter } from './backoff.ts';
export {
  Breaker,
  type BreakerOptions,
  type BreakerRefusal,
  type BreakerResult,
  type BreakerState,
  type TransitionReason,
} from './breaker.ts';
export type { Ticket } from './breaker-tickets.ts';
export { breakerVerdict } from './breaker-verdict.ts';
export type { PriorityClass } from './class-shares.ts';
export { type Deadline, deadlineAfter, remaining } from './deadline.ts';
export { retryAfterSeconds } from './drain-estimate.ts';
export type { Flow } from './flow.ts';
export type { Lease } from './lease-table.ts';
export { Limiter } from './limiter.ts';
export type { LimiterHooks, LimiterOptions } from './limiter-options.ts';
export type {
  ConcurrencyLimit,
  LimitChange,
  LimitReason,
  SampleOutcome,
} from './limits/concurrency-limit.ts';
export { type ConcurrencyLimitName, concurrencyLimits } from './limits/concurrency-limits.ts';
export type { LimitOptions } from './limits/limit-options.ts';
export {
  type Overload,
  OverloadGuard,
  type OverloadGuardOptions,
  type Resource,
  type Strain,
} from './overload-guard.ts';
export type { PermitSource } from './permit-source.ts';
export { type QueueOrder, queueOrders } from './queue-orders.ts';
export { parseRetryAfter } from './retry-after.ts';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export {
  type AttemptResult,
  idempotentMethods,
  type RetryDecision,
  RetryPolicy,
  type RetryPolicyOptions,
  type RetryRefusal,
} from './retry-policy.ts';
export { TimeRing } from './time-ring.ts';
export type { Random, TimeSource } from './time-source.ts';
export { TimerEntry, TimerWheel } from './timer-wheel.ts';
export type { TripRule } from './trip-rule.ts';
export { type TripRuleName, type TripRuleOptions, tripRules } from './trip-rules.ts';
export {
  type ArrivalRefusal,
  type Asker,
  type Refusal,
  type RefusalReason,
  Waiter,
  type WaitQueue,
} from './wait-queue.ts';
