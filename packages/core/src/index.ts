export type { PriorityClass } from './admission/class-shares.ts';
export { retryAfterSeconds } from './admission/drain-estimate.ts';
export type { Flow } from './admission/flow.ts';
export type { KindFlows } from './admission/kind-flows.ts';
export { Limiter } from './admission/limiter.ts';
export type { LimiterHooks, LimiterOptions } from './admission/limiter-options.ts';
export { type LimitSide, PermitLimit } from './admission/permit-limit.ts';
export type { PermitSource } from './admission/permit-source.ts';
export { type QueueOrder, queueOrders } from './admission/queue-orders.ts';
export { RemainingWork } from './admission/remaining-work.ts';
export {
  type ArrivalRefusal,
  type Asker,
  type Refusal,
  type RefusalReason,
  Waiter,
  type WaitQueue,
} from './admission/wait-queue.ts';
export { type Balanced, type Balancer, hasRoom, type Tried } from './balance/balanced.ts';
export { type BalancerName, type BalancerOptions, balancers } from './balance/balancers.ts';
export { targetPlaces, whyNoTarget } from './balance/target-places.ts';
export type { AdmissionRamp } from './breaker/admission-ramp.ts';
export {
  Breaker,
  type BreakerOptions,
  type BreakerRefusal,
  type BreakerResult,
  type BreakerState,
  type TransitionReason,
} from './breaker/breaker.ts';
export type { Ticket } from './breaker/breaker-tickets.ts';
export { breakerVerdict } from './breaker/breaker-verdict.ts';
export type { TripRule } from './breaker/trip-rule.ts';
export { type TripRuleName, type TripRuleOptions, tripRules } from './breaker/trip-rules.ts';
export {
  type CheckScheduleOptions,
  firstCheckDelayMs,
  nextCheckDelayMs,
  requireCheckSchedule,
} from './health/check-schedule.ts';
export {
  type HealthChange,
  HealthState,
  type HealthStateOptions,
  type InitialHealth,
} from './health/health-state.ts';
export { OutlierDetector } from './health/outlier-detector.ts';
export type { OutlierOptions } from './health/outlier-options.ts';
export { type OutlierVerdict, outlierVerdict } from './health/outlier-verdict.ts';
export type { EjectionReason, OutlierWatch, Watched } from './health/outlier-watch.ts';
export type { Lease } from './lease-table.ts';
export type { Breakers, Course, JudgedTarget, Try } from './life/course.ts';
export { outcomeOfResponse, RequestLife } from './life/request-life.ts';
export type {
  ConcurrencyLimit,
  LimitChange,
  LimitReason,
  SampleOutcome,
} from './limits/concurrency-limit.ts';
export { type ConcurrencyLimitName, concurrencyLimits } from './limits/concurrency-limits.ts';
export type { LimitOptions } from './limits/limit-options.ts';
export { firstLimit, LimitTuner } from './limits/limit-tuner.ts';
export { OwnStalls } from './limits/own-stalls.ts';
export {
  type Overload,
  OverloadGuard,
  type OverloadGuardOptions,
  type Resource,
  type Strain,
} from './overload-guard.ts';
export { fullJitter } from './retry/backoff.ts';
export { parseRetryAfter } from './retry/retry-after.ts';
export { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget.ts';
export {
  type AttemptResult,
  idempotentMethods,
  type RetryDecision,
  RetryPolicy,
  type RetryPolicyOptions,
  type RetryRefusal,
} from './retry/retry-policy.ts';
export { ServiceMedian } from './retry/service-median.ts';
export { type FieldEditFault, fieldEditFaults } from './rewriting/field-edit-faults.ts';
export { FieldEdits, type FieldEditsOptions } from './rewriting/field-edits.ts';
export {
  PathRewrite,
  type PathRewriteOptions,
  pathPrefixFault,
} from './rewriting/path-rewrite.ts';
export {
  type ExplainedRoute,
  explainRoutes,
  type RouteVerdict,
} from './routing/explain-routes.ts';
export { hostNameOf } from './routing/host-name.ts';
export type { FieldCondition, FieldOf, RouteConditions } from './routing/route-conditions.ts';
export { type RouteFault, routeFaults } from './routing/route-faults.ts';
export { RouteTable } from './routing/route-table.ts';
export { type ShadowedRoute, shadowedRoutes } from './routing/shadowed-routes.ts';
export { breakerOptions, judgesSlowCalls, slowCallsEveryMs } from './service/breaker-options.ts';
export {
  buildDecisions,
  buildRetryPolicy,
  type DecisionSurroundings,
  type Decisions,
  reconfigureDecisions,
} from './service/build-decisions.ts';
export type { ServiceSettings } from './service/service-settings.ts';
export { AwakeTime } from './time/awake-time.ts';
export { type Deadline, deadlineAfter, remaining } from './time/deadline.ts';
export { TimeRing } from './time/time-ring.ts';
export type { Random, TimeSource } from './time/time-source.ts';
export { TimerEntry, TimerWheel } from './time/timer-wheel.ts';
