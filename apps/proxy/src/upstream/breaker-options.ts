import type { BreakerOptions } from '@spillway/core';
import type { ProxyConfig } from '../cli/proxy-options.ts';

const rampFromShare = 0.1;

/** What the configuration says of the breaker; the clock and who listens come from elsewhere. */
export function breakerOptions(config: ProxyConfig): Omit<BreakerOptions, 'time' | 'onTransition'> {
  return {
    threshold: config.circuitBreakerThreshold,
    rules: furtherRules(config),
    openMs: config.circuitBreakerTimeoutMs,
    openGrowth: 2,
    maxOpenMs: config.circuitBreakerMaxTimeoutMs,
    openJitter: config.circuitBreakerJitter,
    probes: config.circuitBreakerProbes,
    // A probe is judged at its first byte: connecting and waiting for it is all it may take.
    probeLeaseMs: config.connectTimeoutMs + config.readTimeoutMs + 1000,
    ...(config.circuitBreakerRampMs > 0
      ? { ramp: { fromShare: rampFromShare, durationMs: config.circuitBreakerRampMs } }
      : {}),
    random: Math.random,
  };
}

function furtherRules(config: ProxyConfig): NonNullable<BreakerOptions['rules']> {
  const { circuitBreakerFailureRate: failing, circuitBreakerSlowRate: slow } = config;
  const window = {
    windowMs: config.circuitBreakerWindowMs,
    minimumCalls: config.circuitBreakerMinCalls,
  };
  return {
    ...(failing === null || failing === 0 ? {} : { failure_rate: { share: failing, ...window } }),
    ...(slow === null || slow === 0
      ? {}
      : { slow_call_rate: { share: slow, slowMs: config.circuitBreakerSlowCallMs, ...window } }),
  };
}
