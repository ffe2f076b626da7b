import type {
  BackendSettings,
  ClientGroup,
  Distribution,
  ProxySettings,
  Scenario,
} from '../scenario.ts';

export const exponential = (meanMs: number): Distribution => ({
  meanMs,
  quantileMs: (p) => -meanMs * Math.log1p(-p),
});

export const fixed = (ms: number): Distribution => ({ meanMs: ms, quantileMs: () => ms });

const someGroup: ClientGroup = {
  name: 'all',
  ratePerSecond: 800,
  service: null,
  patienceMs: 1000,
  resends: 0,
  method: 'GET',
  class: null,
  key: null,
  tellsPatience: false,
};

const someProxy: ProxySettings = {
  maxConcurrentRequests: 20,
  autoAlgorithm: 'aimd',
  autoMin: 1,
  autoMax: 1000,
  maxQueueSize: 100,
  queueOrder: 'fifo',
  maxPerKey: null,
  classes: [{ name: 'default', reservedShare: 0, precedence: 0 }],
  abandoned: 'release',
  queueTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  firstByteTimeoutMs: 120_000,
  requestTimeoutMs: null,
  poolMaxsize: 1000,
  maxRetries: 2,
  retryBackoffFactor: 0.5,
  retryOnTimeout: false,
  retryOn: [],
  retryBudget: 0.2,
  circuitBreakerThreshold: 5,
  circuitBreakerTimeoutMs: 60_000,
  circuitBreakerMaxTimeoutMs: 60_000,
  circuitBreakerJitter: 0,
  circuitBreakerProbes: 1,
  circuitBreakerRampMs: 0,
  circuitBreakerFailureRate: null,
  circuitBreakerSlowRate: null,
  circuitBreakerSlowCallMs: 30_000,
  circuitBreakerWindowMs: 30_000,
  circuitBreakerMinCalls: 20,
};

interface Changes {
  readonly group?: Partial<ClientGroup>;
  readonly groups?: readonly Partial<ClientGroup>[];
  readonly backend?: Partial<BackendSettings>;
  readonly proxy?: Partial<ProxySettings>;
  readonly run?: Partial<Omit<Scenario, 'groups' | 'backend' | 'proxy'>>;
}

/** 20 workers of 50 ms each, offered twice what they can do, by clients that wait for a second. */
export function scenario({ group, groups, backend, proxy, run }: Changes = {}): Scenario {
  return {
    seed: 1,
    durationMs: 60_000,
    warmUpMs: 5_000,
    arrivals: 'poisson',
    phases: [],
    protection: 'proxy',
    ...run,
    groups: (groups ?? [group ?? {}]).map((changes) => ({ ...someGroup, ...changes })),
    backend: {
      workers: 20,
      queue: Infinity,
      service: exponential(50),
      failing: 0,
      errors: 'fast',
      abandon: 'continue',
      knee: null,
      ...backend,
    },
    proxy: { ...someProxy, ...proxy },
  };
}
