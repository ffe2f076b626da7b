import { isDeepStrictEqual } from 'node:util';
import { type ProxyConfig, proxyOptions } from '../../../config/proxy-options.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const autoOptionsUnused: LintRule = ({ config }) => {
  if (config.maxConcurrentRequests === 'auto') return null;
  const unused = changedOf(config, [
    ...(['autoMin', 'autoMax', 'autoAlgorithm', 'capacityHeader', 'capacityPath'] as const),
  ]);
  return unusedFinding(config, unused, 'maxConcurrentRequests', {
    what: 'the limit is a number that stays: what is said about finding it has no effect',
    remedy: asFlag('maxConcurrentRequests', 'auto'),
  });
};

export const breakerRatesUnused: LintRule = ({ config }) => {
  const { circuitBreakerFailureRate: failing, circuitBreakerSlowRate: slow } = config;
  if (!failing && !slow) {
    const unused = changedOf(config, [
      ...([
        'circuitBreakerSlowCallMs',
        'circuitBreakerWindowMs',
        'circuitBreakerMinCalls',
      ] as const),
    ]);
    return unusedFinding(config, unused, 'circuitBreakerFailureRate', {
      what: 'no rate opens the breaker: what is said about rates has no effect',
      remedy: asFlag('circuitBreakerFailureRate', 0.5),
    });
  }
  if (slow) return null;
  return unusedFinding(
    config,
    changedOf(config, ['circuitBreakerSlowCallMs']),
    'circuitBreakerSlowRate',
    {
      what: 'no rate of slow calls opens the breaker: when a call is slow has no effect',
      remedy: asFlag('circuitBreakerSlowRate', 0.5),
    },
  );
};

export const apiKeyHeaderUnused: LintRule = ({ config }) => {
  if (config.priorityKeys.length > 0) return null;
  return unusedFinding(config, changedOf(config, ['apiKeyHeader']), 'priorityKeys', {
    what: 'no key belongs to a class: the field of keys has no effect',
    remedy: '--priority-key NAME=KEY',
  });
};

export const hashUnused: LintRule = ({ config }) => {
  if (config.balance === 'hash') return null;
  return unusedFinding(config, changedOf(config, ['hashBy', 'hashLoadFactor']), 'balance', {
    what: 'no target is chosen by a hash: what is said about it has no effect',
    remedy: asFlag('balance', 'hash'),
  });
};

export const healthChecksUnused: LintRule = ({ config }) => {
  if (config.healthPath !== null) return null;
  const unused = changedOf(config, [
    ...(['healthIntervalMs', 'healthTimeoutMs', 'healthRise', 'healthFall'] as const),
    ...(['healthStatuses', 'healthPort'] as const),
  ]);
  return unusedFinding(config, unused, 'healthPath', {
    what: 'there are no health checks: what is said about them has no effect',
    remedy: '--health-path /health',
  });
};

type Key = keyof ProxyConfig;

/** Those that differ from their defaults: to give the default where it has no effect is no mistake. */
function changedOf(config: ProxyConfig, keys: readonly Key[]): Key[] {
  return keys.filter((key) => {
    const { default: usual } = proxyOptions.options[key];
    const followed = typeof usual === 'object' && usual !== null && 'sameAs' in usual;
    return !isDeepStrictEqual(config[key], followed ? config[usual.sameAs as Key] : usual);
  });
}

function unusedFinding(
  config: ProxyConfig,
  unused: readonly Key[],
  missing: Key,
  { what, remedy }: { what: string; remedy: string },
): ReturnType<LintRule> {
  if (unused.length === 0) return null;
  return { severity: 'warning', what, evidence: valuesOf(config, ...unused, missing), remedy };
}
