import { duration, option, optional, sameAs } from '@spillway/options';

const timeout = duration({ minMs: 1 });

/** How long each side may take. */
export const timeoutsOptions = {
  connectTimeoutMs: option({
    flag: '--connect-timeout',
    scope: 'service',
    kind: timeout,
    default: 10_000,
    group: 'Timeouts',
    description: 'Name lookup, TCP and TLS to the upstream together',
  }),
  readTimeoutMs: option({
    flag: '--read-timeout',
    scope: 'request',
    kind: timeout,
    default: 120_000,
    group: 'Timeouts',
    description: 'Longest silence of the upstream, between bytes and to the first one',
  }),
  firstByteTimeoutMs: option({
    flag: '--first-byte-timeout',
    scope: 'request',
    kind: timeout,
    default: sameAs('readTimeoutMs'),
    group: 'Timeouts',
    description: 'Longest silence of the upstream before its response begins',
  }),
  requestTimeoutMs: option({
    flag: '--request-timeout',
    scope: 'request',
    kind: optional(timeout),
    default: null,
    group: 'Timeouts',
    description: 'The whole request, queue and retries included',
  }),
  clientHeaderTimeoutMs: option({
    flag: '--client-header-timeout',
    kind: timeout,
    default: 30_000,
    group: 'Timeouts',
    description: 'Longest time for a client to send the header of a request',
  }),
  clientBodyTimeoutMs: option({
    flag: '--client-body-timeout',
    scope: 'request',
    kind: timeout,
    default: 60_000,
    group: 'Timeouts',
    description: 'Longest silence of a client that owes us bytes, or takes none',
  }),
  clientIdleTimeoutMs: option({
    flag: '--client-idle-timeout',
    kind: timeout,
    default: 75_000,
    group: 'Timeouts',
    description: 'How long an idle client connection is kept for its next request',
  }),
  tunnelIdleTimeoutMs: option({
    flag: '--tunnel-idle-timeout',
    scope: 'request',
    kind: timeout,
    default: 3_600_000,
    group: 'Timeouts',
    description: 'Longest silence of a WebSocket or other upgraded connection',
  }),
};
