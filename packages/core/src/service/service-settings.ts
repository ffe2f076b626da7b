import type { QueueOrder } from '../admission/queue-orders.ts';
import type { ConcurrencyLimitName } from '../limits/concurrency-limits.ts';

/**
 * What the configuration says about the decisions on one service's requests, by the names of the options. Complete:
 * the defaults stand in the table of options.
 */
export interface ServiceSettings {
  readonly maxConcurrentRequests: number | 'auto';
  readonly autoAlgorithm: ConcurrencyLimitName;
  readonly autoMin: number;
  readonly autoMax: number;
  readonly maxQueueSize: number;
  readonly queueOrder: QueueOrder;
  readonly maxPerKey: number | null;
  /** Whether the permit of abandoned work is held for as long as the target is thought to go on with it. */
  readonly abandoned: 'hold' | 'release';
  readonly connectTimeoutMs: number;
  /** Longest silence of a target before its response begins. */
  readonly firstByteTimeoutMs: number;
  readonly maxRetries: number;
  /** Null: two, where `maxRetries` is as by default: whoever says how often means it. */
  readonly quickRetries: number | null;
  /** Seconds. */
  readonly retryBackoffFactor: number;
  readonly retryOnTimeout: boolean;
  readonly retryOn: readonly number[];
  readonly retryBudget: number;
  readonly circuitBreakerThreshold: number;
  readonly circuitBreakerTimeoutMs: number;
  readonly circuitBreakerMaxTimeoutMs: number;
  readonly circuitBreakerJitter: number;
  readonly circuitBreakerProbes: number;
  readonly circuitBreakerRampMs: number;
  readonly circuitBreakerFailureRate: number | null;
  readonly circuitBreakerSlowRate: number | null;
  readonly circuitBreakerSlowCallMs: number;
  readonly circuitBreakerWindowMs: number;
  readonly circuitBreakerMinCalls: number;
}
