import { integer, option, optional, size } from '@spillway/options';

/** What one client may ask of the proxy, and how slow it may be. */
export const clientsOptions = {
  minRequestBodyRateBytes: option({
    flag: '--min-request-body-rate',
    scope: 'request',
    kind: optional(size({ minBytes: 1 })),
    default: null,
    group: 'Slow and greedy clients',
    description:
      'Least bytes a second at which a client sends a body, over each 10 s in which nothing else holds it up; below it 408',
  }),
  minResponseRateBytes: option({
    flag: '--min-response-rate',
    scope: 'request',
    kind: optional(size({ minBytes: 1 })),
    default: null,
    group: 'Slow and greedy clients',
    description:
      'Least bytes a second at which a client reads a response, over each 30 s in which nothing else holds it up; below it the connection is closed',
  }),
  maxHeaderCount: option({
    flag: '--max-header-count',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Slow and greedy clients',
    description: 'Most header fields of a request; beyond that 431',
  }),
  maxRequestsPerConnection: option({
    flag: '--max-requests-per-connection',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Slow and greedy clients',
    description: 'Requests after which a connection is closed, with the last response',
  }),
  maxPipelinedRequests: option({
    flag: '--max-pipelined-requests',
    kind: integer({ min: 1, max: 1000 }),
    default: 64,
    group: 'Slow and greedy clients',
    description:
      'Most requests of a connection under way; what is sent ahead of them waits unread (with --engine lean)',
  }),
};
