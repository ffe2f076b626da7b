import { duration, integer, option, optional } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** Connections to the upstream. */
export const poolOptions = {
  poolConnections: option({
    flag: '--pool-connections',
    scope: 'service',
    kind: integer({ min: 0 }),
    default: 20,
    group: 'Pool',
    description: 'Connections kept open to an upstream when idle',
  }),
  poolMaxsize: option({
    flag: '--pool-maxsize',
    scope: 'service',
    kind: integer({ min: 1 }),
    default: 50,
    group: 'Pool',
    description: 'Most connections open to an upstream',
  }),
  poolIdleTimeoutMs: option({
    flag: '--pool-idle-timeout',
    scope: 'service',
    kind: timeout,
    default: 4_000,
    group: 'Pool',
    description: 'How long an idle upstream connection is kept; less than the upstream keeps it',
  }),
  poolMaxAgeMs: option({
    flag: '--pool-max-age',
    scope: 'service',
    kind: optional(timeout),
    default: 300_000,
    group: 'Pool',
    description:
      'Longest age of a connection to the upstream; it is closed after the request that it then carries',
  }),
};
