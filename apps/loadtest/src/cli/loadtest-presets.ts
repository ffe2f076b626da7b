/** The four load tests of the original guide; the URL is given beside them. */
export const loadtestPresets = {
  smoke: {
    description: 'a hundred requests, ten at a time',
    values: { totalRequests: 100, concurrent: 10 },
  },
  burst: {
    description: 'a thousand requests, fifty at a time',
    values: { totalRequests: 1_000, concurrent: 50 },
  },
  steady: {
    description: 'a hundred at a time for a minute',
    values: { durationMs: 60_000, concurrent: 100 },
  },
  'slow-backend': {
    description: 'twenty at a time against answers that take up to five minutes',
    values: { timeoutMs: 300_000, concurrent: 20 },
  },
};
