import { formatDuration } from '@spillway/options';
import {
  firstByteOption,
  longestSilenceMs,
  longestSilenceOption,
} from '../../../config/longest-silence.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';
import { worstRequestMs } from './worst-request.ts';

export const attemptsBeyondRequestTimeout: LintRule = ({ config }) => {
  const worstMs = worstRequestMs(config);
  if (config.requestTimeoutMs === null || worstMs <= config.requestTimeoutMs) return null;
  return {
    severity: 'warning',
    what: 'queue wait and retries may need longer than the whole request is given: late attempts are cut',
    evidence: {
      ...valuesOf(config, 'requestTimeoutMs', 'queueTimeoutMs', 'maxRetries'),
      ...valuesOf(config, 'connectTimeoutMs', firstByteOption(config), 'retryBackoffFactor'),
      'worst case': formatDuration(worstMs),
    },
    remedy: asFlag('requestTimeoutMs', worstMs),
  };
};

export const requestBelowReadTimeout: LintRule = ({ config }) =>
  config.requestTimeoutMs === null || config.requestTimeoutMs >= longestSilenceMs(config)
    ? null
    : {
        severity: 'warning',
        what: 'the whole request ends before the read timeout can: slow answers are blamed on the wrong limit',
        evidence: valuesOf(config, 'requestTimeoutMs', longestSilenceOption(config)),
        remedy: asFlag(longestSilenceOption(config), config.requestTimeoutMs),
      };

export const firstByteBelowConnectTimeout: LintRule = ({ config }) =>
  config.firstByteTimeoutMs >= config.connectTimeoutMs
    ? null
    : {
        severity: 'warning',
        what: 'an answer is given less time than the connection for it',
        evidence: valuesOf(config, firstByteOption(config), 'connectTimeoutMs'),
        remedy: asFlag('connectTimeoutMs', config.firstByteTimeoutMs),
      };

/** AWS, Google and nginx keep their idle connections to us for 60 s unless told otherwise. */
const balancerIdleMs = 60_000;

export const clientIdleBelowBalancer: LintRule = ({ config }) =>
  config.clientIdleTimeoutMs > balancerIdleMs
    ? null
    : {
        severity: config.trustedProxies.length > 0 ? 'warning' : 'hint',
        what: 'a load balancer that keeps connections for 60s may send a request into one being closed here',
        evidence: valuesOf(config, 'clientIdleTimeoutMs', 'trustedProxies'),
        remedy: asFlag('clientIdleTimeoutMs', 75_000),
      };

export const breakerBelowConnectTimeout: LintRule = ({ config }) =>
  config.circuitBreakerThreshold === 0 || config.circuitBreakerTimeoutMs >= config.connectTimeoutMs
    ? null
    : {
        severity: 'warning',
        what: 'the breaker probes again before an attempt to connect could even have failed',
        evidence: valuesOf(config, 'circuitBreakerTimeoutMs', 'connectTimeoutMs'),
        remedy: asFlag('circuitBreakerTimeoutMs', config.connectTimeoutMs),
      };
