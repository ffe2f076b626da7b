import { integer, list, option, optional } from '@spillway/options';
import { classOfKey, classOfPath, fairnessKey, headerName, namedShare } from '../class-kinds.ts';

/** Who goes first, and whose requests share alike. */
export const classesOptions = {
  priorityClasses: option({
    flag: '--priority-class',
    scope: 'service',
    kind: list(namedShare()),
    default: [],
    group: 'Classes and keys',
    description: 'Class of requests, first to last, with the share of the limit kept for it',
    example: [{ name: 'high', share: 0.2 }],
  }),
  priorityHeader: option({
    flag: '--priority-header',
    scope: 'service',
    kind: optional(headerName()),
    default: null,
    group: 'Classes and keys',
    description: 'Field in which clients name their class',
    example: 'x-priority',
  }),
  priorityPaths: option({
    flag: '--priority-path',
    scope: 'service',
    kind: list(classOfPath()),
    default: [],
    group: 'Classes and keys',
    description:
      'Class of the requests whose path begins like this; of several, the first that fits counts',
    example: [{ name: 'high', value: '/checkout/' }],
  }),
  apiKeyHeader: option({
    flag: '--api-key-header',
    scope: 'service',
    kind: optional(headerName()),
    default: null,
    group: 'Classes and keys',
    description: 'Field with the key of a client, for --priority-key',
    example: 'x-api-key',
  }),
  priorityKeys: option({
    flag: '--priority-key',
    scope: 'service',
    kind: list(classOfKey()),
    default: [],
    group: 'Classes and keys',
    description: 'Class of the requests with this key, as high=KEY; several may be given',
  }),
  fairnessKey: option({
    flag: '--fairness-key',
    scope: 'service',
    kind: optional(fairnessKey()),
    default: null,
    group: 'Classes and keys',
    description:
      'Whose requests share alike in the time of the upstream: address (behind a --trusted-proxy that of X-Forwarded-For), or header:NAME',
    example: 'x-api-key',
  }),
  maxPerKey: option({
    flag: '--max-per-key',
    scope: 'service',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Classes and keys',
    description: 'Requests of one key at once, waiting ones included; beyond that 429',
  }),
};
