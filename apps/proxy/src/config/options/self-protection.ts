import { duration, integer, option, optional, percent } from '@spillway/options';

/** What the proxy itself can bear: from here on it sheds a growing share of new requests. */
export const selfProtectionOptions = {
  shedEventLoopDelayMs: option({
    flag: '--shed-event-loop-delay',
    kind: optional(duration({ minMs: 10 })),
    default: 1_000,
    group: 'Self-protection',
    description: 'Delay of the event loop from which new requests are shed; all at twice that',
  }),
  shedMemory: option({
    flag: '--shed-memory',
    kind: optional(percent({ min: 0.1 })),
    default: 0.85,
    group: 'Self-protection',
    description: 'Share of the heap in use from which new requests are shed; all at 97%',
  }),
  maxClientConnections: option({
    flag: '--max-client-connections',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Self-protection',
    description:
      'Most open connections of clients: beyond it they are closed unanswered, and new requests are shed from nine tenths of it on',
  }),
  maxClientConnectionsPerAddress: option({
    flag: '--max-connections-per-address',
    kind: optional(integer({ min: 1 })),
    default: null,
    group: 'Self-protection',
    description:
      'Most open connections from one address, or from one /64 of IPv6; beyond it they are closed unanswered',
  }),
};
