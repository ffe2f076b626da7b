import { duration, integer, option, optional, percent, sameAs } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** When an upstream is left alone. */
export const circuitBreakerOptions = {
  circuitBreakerThreshold: option({
    flag: '--circuit-breaker-threshold',
    scope: 'service',
    kind: integer({ min: 0 }),
    default: 5,
    group: 'Circuit breaker',
    description: 'Consecutive failures that open the breaker; 0 switches this rule off',
  }),
  circuitBreakerTimeoutMs: option({
    flag: '--circuit-breaker-timeout',
    scope: 'service',
    kind: timeout,
    default: 60_000,
    group: 'Circuit breaker',
    description: 'Time open before a probe',
  }),
  circuitBreakerMaxTimeoutMs: option({
    flag: '--circuit-breaker-max-timeout',
    scope: 'service',
    kind: timeout,
    default: sameAs('circuitBreakerTimeoutMs'),
    group: 'Circuit breaker',
    description: 'Each failed probe doubles that time, up to this',
  }),
  circuitBreakerJitter: option({
    flag: '--circuit-breaker-jitter',
    scope: 'service',
    kind: percent(),
    default: 0,
    group: 'Circuit breaker',
    description:
      'Up to this share is added by chance, so that several proxies do not probe together',
  }),
  circuitBreakerProbes: option({
    flag: '--circuit-breaker-probes',
    scope: 'service',
    kind: integer({ min: 1, max: 1024 }),
    default: 1,
    group: 'Circuit breaker',
    description: 'Probes let through at once while half-open',
  }),
  circuitBreakerRampMs: option({
    flag: '--circuit-breaker-ramp',
    scope: 'service',
    kind: duration({ minMs: 0 }),
    default: 0,
    group: 'Circuit breaker',
    description: 'After closing, requests come back over this time, a tenth of them at first',
  }),
  circuitBreakerFailureRate: option({
    flag: '--circuit-breaker-failure-rate',
    scope: 'service',
    kind: optional(percent()),
    default: null,
    group: 'Circuit breaker',
    description: 'Share of failures among the latest calls that opens it too; 0% as none',
  }),
  circuitBreakerSlowRate: option({
    flag: '--circuit-breaker-slow-rate',
    scope: 'service',
    kind: optional(percent()),
    default: null,
    group: 'Circuit breaker',
    description: 'Share of slow calls among the latest that opens it too; 0% as none',
  }),
  circuitBreakerSlowCallMs: option({
    flag: '--circuit-breaker-slow-call',
    scope: 'service',
    kind: timeout,
    default: 30_000,
    group: 'Circuit breaker',
    description: 'A call without its first byte is slow at this age, ended or not',
  }),
  circuitBreakerWindowMs: option({
    flag: '--circuit-breaker-window',
    scope: 'service',
    kind: duration({ minMs: 10 }),
    default: 30_000,
    group: 'Circuit breaker',
    description: 'How far back calls count for those two rates',
  }),
  circuitBreakerMinCalls: option({
    flag: '--circuit-breaker-min-calls',
    scope: 'service',
    kind: integer({ min: 1 }),
    default: 20,
    group: 'Circuit breaker',
    description: 'With fewer calls in that window the rates say nothing',
  }),
};
