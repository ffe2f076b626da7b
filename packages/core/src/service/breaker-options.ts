import type { BreakerOptions } from '../breaker/breaker.ts';
import type { ServiceSettings } from './service-settings.ts';

const rampFromShare = 0.1;

/** If calls hang, nothing else asks the breaker: who has rules for slow calls lets it look so often, ms. */
export const slowCallsEveryMs = 100;

/** What the settings say about the breaker; the clock, chance and who listens come from elsewhere. */
export function breakerOptions(
  settings: ServiceSettings,
): Omit<BreakerOptions, 'time' | 'random' | 'onTransition'> {
  return {
    threshold: settings.circuitBreakerThreshold,
    rules: furtherRules(settings),
    openMs: settings.circuitBreakerTimeoutMs,
    openGrowth: 2,
    maxOpenMs: settings.circuitBreakerMaxTimeoutMs,
    openJitter: settings.circuitBreakerJitter,
    probes: settings.circuitBreakerProbes,
    // A probe is judged at its first byte: connecting and waiting for it is all it may take.
    probeLeaseMs: settings.connectTimeoutMs + settings.firstByteTimeoutMs + 1000,
    ...(settings.circuitBreakerRampMs > 0
      ? { ramp: { fromShare: rampFromShare, durationMs: settings.circuitBreakerRampMs } }
      : {}),
  };
}

/** Whether the breaker has a rule for calls that take long: it has to be asked while they do. */
export const judgesSlowCalls = (settings: ServiceSettings): boolean =>
  furtherRules(settings).slow_call_rate !== undefined;

function furtherRules(settings: ServiceSettings): NonNullable<BreakerOptions['rules']> {
  const { circuitBreakerFailureRate: failing, circuitBreakerSlowRate: slow } = settings;
  const window = {
    windowMs: settings.circuitBreakerWindowMs,
    minimumCalls: settings.circuitBreakerMinCalls,
  };
  return {
    ...(failing === null || failing === 0 ? {} : { failure_rate: { share: failing, ...window } }),
    ...(slow === null || slow === 0
      ? {}
      : {
          slow_call_rate: { share: slow, slowMs: settings.circuitBreakerSlowCallMs, ...window },
        }),
  };
}
