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
    description: 'Open connections of clients; new requests are shed from nine tenths of it on',
  }),
};
