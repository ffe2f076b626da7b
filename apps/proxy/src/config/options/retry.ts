import { boolean, integer, list, number, option, optional, percent, size } from '@spillway/options';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What is tried again. */
export const retryOptions = {
  maxRetries: option({
    flag: '--max-retries',
    scope: 'request',
    kind: integer({ min: 0, max: 100 }),
    default: 2,
    group: 'Retry',
    description: 'Attempts after the first',
  }),
  quickRetries: option({
    flag: '--quick-retries',
    scope: 'request',
    kind: optional(integer({ min: 0, max: 100 })),
    default: null,
    group: 'Retry',
    description:
      'Further attempts, before those of --max-retries and soon, while other requests of the same moment succeed; none: 2 where --max-retries is 2, as by default, else 0',
  }),
  retryBackoffFactor: option({
    flag: '--retry-backoff-factor',
    scope: 'request',
    kind: number({ min: 0, max: 30 }),
    default: 0.5,
    group: 'Retry',
    description: 'The n-th wait is drawn from 0 to factor x 2^(n-1) seconds, at most 30 s',
  }),
  retryOnTimeout: option({
    flag: '--retry-on-timeout',
    scope: 'request',
    kind: boolean(),
    default: false,
    group: 'Retry',
    description: 'Also retry idempotent requests whose upstream was silent too long',
  }),
  retryOn: option({
    flag: '--retry-on',
    scope: 'request',
    kind: list(integer({ min: 400, max: 599 })),
    default: [],
    group: 'Retry',
    description:
      'Further statuses that idempotent requests are retried on, besides 502, 503 and 504',
    example: [500],
  }),
  retryBodyLimitBytes: option({
    flag: '--retry-body-limit',
    scope: 'request',
    kind: size(),
    default: 64 * KiB,
    group: 'Retry',
    description: 'Largest request body held for a retry; larger ones stream and are sent once',
  }),
  retryBodyTotalBytes: option({
    flag: '--retry-body-total',
    kind: size(),
    default: 64 * MiB,
    group: 'Retry',
    description: 'Memory for held request bodies, over all requests',
  }),
  retryBudget: option({
    flag: '--retry-budget',
    scope: 'service',
    kind: percent(),
    default: 0.2,
    group: 'Retry',
    description:
      'Most retries, as a share of the requests, yet always 1 a second, 3 at once and 100 after a quiet time; 0% is none at all',
  }),
};
