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

/** By the quantile of the normal distribution to 5e-4 (Abramowitz and Stegun 26.2.23). `sigma`: of the logarithm. */
export const lognormal = (meanMs: number, sigma: number): Distribution => ({
  meanMs,
  quantileMs: (p) => {
    const t = Math.sqrt(-2 * Math.log(Math.max(1e-12, Math.min(p, 1 - p))));
    const above =
      t -
      (2.515517 + 0.802853 * t + 0.010328 * t * t) /
        (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
    return meanMs * Math.exp(sigma * (p < 0.5 ? -above : above) - (sigma * sigma) / 2);
  },
});

export const fixed = (ms: number): Distribution => ({ meanMs: ms, quantileMs: () => ms });

const someGroup: ClientGroup = {
  name: 'all',
  ratePerSecond: 800,
  service: null,
  patienceMs: 1000,
  resends: 0,
  method: 'GET',
  kind: 0,
  class: null,
  key: null,
  tellsPatience: false,
};

const someProxy: ProxySettings = {
  maxConcurrentRequests: 20,
  autoAlgorithm: 'paced',
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
  quickRetries: 2,
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
