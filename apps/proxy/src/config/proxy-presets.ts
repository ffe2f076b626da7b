/** The guide's four scenarios. */
export const proxyPresets = {
  quick: {
    description: 'many short requests to a small backend',
    values: { maxConcurrentRequests: 20, readTimeoutMs: 30_000, poolMaxsize: 30 },
  },
  balanced: {
    description: 'a mixed load, answers within two minutes',
    values: {
      maxConcurrentRequests: 50,
      maxQueueSize: 100,
      readTimeoutMs: 120_000,
      poolMaxsize: 60,
    },
  },
  'long-requests': {
    description: 'answers that take up to five minutes',
    values: {
      maxConcurrentRequests: 100,
      maxQueueSize: 200,
      connectTimeoutMs: 15_000,
      readTimeoutMs: 300_000,
      poolConnections: 30,
      poolMaxsize: 100,
      circuitBreakerThreshold: 10,
      circuitBreakerTimeoutMs: 120_000,
    },
  },
  massive: {
    description: 'hundreds of requests at once',
    values: {
      maxConcurrentRequests: 200,
      maxQueueSize: 500,
      readTimeoutMs: 300_000,
      poolConnections: 50,
      poolMaxsize: 200,
    },
  },
};
