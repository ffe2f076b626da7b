import { duration, integer, option } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** When an upstream is left alone. */
export const circuitBreakerOptions = {
  circuitBreakerThreshold: option({
    flag: '--circuit-breaker-threshold',
    kind: integer({ min: 0 }),
    default: 5,
    group: 'Circuit breaker',
    description: 'Consecutive failures that open the breaker; 0 switches it off',
  }),
  circuitBreakerTimeoutMs: option({
    flag: '--circuit-breaker-timeout',
    kind: timeout,
    default: 60_000,
    group: 'Circuit breaker',
    description: 'Time open before a probe',
  }),
  circuitBreakerProbes: option({
    flag: '--circuit-breaker-probes',
    kind: integer({ min: 1 }),
    default: 1,
    group: 'Circuit breaker',
    description: 'Probes let through at once while half-open',
  }),
};
