import {
  boolean,
  choice,
  duration,
  integer,
  list,
  option,
  optional,
  path,
} from '@spillway/options';
import { host, target } from '../network-kinds.ts';

/** Where requests go. */
export const targetOptions = {
  targetHost: option({
    flag: '--target-host',
    kind: optional(host()),
    default: null,
    group: 'Target',
    description: 'Host of the upstream, reached over http',
    example: '127.0.0.1',
  }),
  targetPort: option({
    flag: '--target-port',
    kind: integer({ min: 1, max: 65_535 }),
    default: 80,
    group: 'Target',
    description: 'Port of the upstream, with --target-host',
  }),
  targets: option({
    flag: '--target',
    kind: list(target()),
    default: [],
    group: 'Target',
    description:
      'Upstream as a URL, with or without the flag: http, https, srv+http or unix; several may be given',
    word: /:/,
    example: ['http://127.0.0.1:8000'],
  }),
  dnsRefreshMs: option({
    flag: '--dns-refresh',
    kind: duration({ minMs: 100 }),
    default: 10_000,
    group: 'Target',
    description:
      'How often the name of a target in use is looked up; addresses that went get no new requests',
  }),
  hostHeader: option({
    flag: '--host-header',
    scope: 'request',
    kind: choice(['client', 'target']),
    default: 'client',
    group: 'Target',
    description: 'Which Host the upstream sees: the one the client sent, or its own',
  }),
  targetCaFile: option({
    flag: '--target-ca',
    scope: 'service',
    kind: optional(path()),
    default: null,
    group: 'Target',
    description: 'Certificate authorities (PEM) to trust for https targets, besides the usual',
  }),
  targetInsecure: option({
    flag: '--target-insecure',
    scope: 'service',
    kind: boolean(),
    default: false,
    group: 'Target',
    description: 'Accept any certificate of an https target; for tests only',
  }),
};
