import { type ConfigOf, defineOptions, type OptionProblem, problem } from '@spillway/options';
import { type ProxyConfig, proxyOptions } from '../../config/proxy-options.ts';
import { worldOptions } from './world-options.ts';

const options = { ...worldOptions, ...proxyOptions.options };

/** The proxy's own options, read from everywhere it reads them, and those of the world around it. */
export const simulateOptions = defineOptions<typeof options>({
  ...proxyOptions,
  options,
  conflicts: [
    ...proxyOptions.conflicts,
    ({ rate, clientGroups }): OptionProblem | null =>
      rate && clientGroups
        ? problem('conflict', 'flag --rate', 'each --group has a rate of its own; leave one out')
        : null,
  ],
});

export type SimulateConfig = ConfigOf<(typeof simulateOptions)['options']>;

/** Those of the proxy's that change the result. The others may be given, and change nothing. */
export const simulatedOptions = [
  'maxConcurrentRequests',
  'autoMin',
  'autoMax',
  'autoAlgorithm',
  'maxQueueSize',
  'queueTimeoutMs',
  'queueOrder',
  'abandoned',
  'priorityClasses',
  'fairnessKey',
  'maxPerKey',
  'connectTimeoutMs',
  'readTimeoutMs',
  'firstByteTimeoutMs',
  'requestTimeoutMs',
  'poolMaxsize',
  'maxRetries',
  'quickRetries',
  'retryBackoffFactor',
  'retryOnTimeout',
  'retryBudget',
  'circuitBreakerThreshold',
  'circuitBreakerTimeoutMs',
  'circuitBreakerMaxTimeoutMs',
  'circuitBreakerJitter',
  'circuitBreakerProbes',
  'circuitBreakerRampMs',
  'circuitBreakerFailureRate',
  'circuitBreakerSlowRate',
  'circuitBreakerSlowCallMs',
  'circuitBreakerWindowMs',
  'circuitBreakerMinCalls',
] as const satisfies readonly (keyof ProxyConfig)[];
