import { duration, integer, option } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** How much the upstream gets at once, and who waits. */
export const admissionOptions = {
  maxConcurrentRequests: option({
    flag: '--max-concurrent-requests',
    kind: integer({
      min: 1,
      max: 65_535,
      refused: { auto: 'auto is not available in this version' },
    }),
    default: 50,
    group: 'Admission',
    description: 'Requests at the upstream at once',
  }),
  maxQueueSize: option({
    flag: '--max-queue-size',
    kind: integer({ min: 0 }),
    default: 100,
    group: 'Admission',
    description: 'Requests waiting at once; beyond that they are refused with 503',
  }),
  queueTimeoutMs: option({
    flag: '--queue-timeout',
    kind: timeout,
    default: 30_000,
    group: 'Admission',
    description: 'Longest wait in the queue',
  }),
};
