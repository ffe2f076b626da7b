import { integer, list, option, optional } from '@spillway/options';
import { fairnessKey, headerName, namedShare, namedValue } from '../class-kinds.ts';

/** Who goes first, and whose requests share alike. */
export const classesOptions = {
  priorityClasses: option({
    flag: '--priority-class',
    kind: list(namedShare()),
    default: [],
    group: 'Classes and keys',
    description: 'Class of requests, first to last, with the share of the limit kept for it',
    example: [{ name: 'high', share: 0.2 }],
  }),
  priorityHeader: option({
    flag: '--priority-header',
    kind: optional(headerName()),
    default: null,
    group: 'Classes and keys',
    description: 'Field in which clients name their class',
    example: 'X-Priority',
  }),
  priorityPaths: option({
    flag: '--priority-path',
    kind: list(namedValue('prefix', 'high=/checkout/')),
    default: [],
    group: 'Classes and keys',
    description: 'Class of the requests whose path begins like this; several may be given',
    example: [{ name: 'high', value: '/checkout/' }],
  }),
  apiKeyHeader: option({
    flag: '--api-key-header',
    kind: optional(headerName()),
    default: null,
    group: 'Classes and keys',
    description: 'Field with the key of a client, for --priority-key',
    example: 'X-API-Key',
  }),
  priorityKeys: option({
    flag: '--priority-key',
    kind: list(namedValue('key', 'high=KEY')),
    default: [],
    group: 'Classes and keys',
    description: 'Class of the requests with this key; several may be given',
    example: [{ name: 'high', value: 'team-a' }],
  }),
  fairnessKey: option({
    flag: '--fairness-key',
    kind: optional(fairnessKey()),
    default: null,
    group: 'Classes and keys',
    description: 'Whose requests share alike in the time of the upstream: address, or header:NAME',
    example: 'header:X-API-Key',
  }),
  maxPerKey: option({
    flag: '--max-per-key',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Classes and keys',
    description: 'Requests of one key at once, waiting ones included; beyond that 429',
  }),
};
