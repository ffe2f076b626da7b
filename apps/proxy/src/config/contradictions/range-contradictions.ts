import { formatDuration, type ValueSource } from '@spillway/options';
import { type ContradictionRule, contradiction } from './contradiction-rule.ts';

/** Ends that lie before their beginnings. */
export const rangeContradictions: readonly ContradictionRule[] = [
  ({ maxConcurrentRequests, autoMin, autoMax }, sources) => {
    if (maxConcurrentRequests !== 'auto' || autoMin <= autoMax) return [];
    const origin = sources.autoMax.from === 'default' ? ` (${sources.autoMax.where})` : '';
    const message = `--auto-min ${autoMin} is above --auto-max ${autoMax}${origin}; lower the one or raise the other`;
    return [contradiction(givenOf(sources.autoMin, sources.autoMax), message)];
  },

  ({ circuitBreakerMaxTimeoutMs: most, circuitBreakerTimeoutMs: first }, sources) => {
    if (most >= first) return [];
    const message = `--circuit-breaker-max-timeout ${formatDuration(most)} is below --circuit-breaker-timeout ${formatDuration(first)}, which it grows from; raise it or leave it out`;
    return [contradiction(sources.circuitBreakerMaxTimeoutMs, message)];
  },
];

/** The one that somebody has set. */
const givenOf = (one: ValueSource, other: ValueSource): ValueSource =>
  one.from === 'default' ? other : one;
