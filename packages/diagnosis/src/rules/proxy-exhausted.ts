import { count, requests } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { shortageKindNames, shortageKinds } from '../shortage-kinds.ts';

/** Fewer may be a burst that has passed. */
const fewest = 5;

export const proxyExhausted: Rule = {
  name: 'proxy-exhausted',
  // Clients that are turned away at the door, and requests that never reach the upstream, look like its failures.
  explains: ['upstream-down', 'connect-timeouts', 'upstream-errors', 'retries-cost'],
  look: ({ now, recent: { shortages, byOutcome } }) => {
    const [chief] = shortageKindNames.toSorted((a, b) => shortages[b] - shortages[a]);
    if (chief === undefined || shortages[chief] < fewest) return [];
    const { of, remedy } = shortageKinds[chief];
    return [
      {
        severity: 'critical',
        upstream: null,
        symptom: `The proxy is out of ${of}`,
        evidence: [
          count('connections that could not be opened', shortages[chief]),
          requests('failed because of the proxy', byOutcome.proxy_internal_error),
          count('connections of clients', now.clientConnections),
          count(
            'connections to the upstreams',
            now.upstreams.reduce((sum, { connections }) => sum + connections.open, 0),
          ),
        ],
        cause:
          'The operating system gives this process no more of them; the upstream is not at fault',
        remedy,
        changes: [],
      },
    ];
  },
};
