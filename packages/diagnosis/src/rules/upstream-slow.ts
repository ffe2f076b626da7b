import { count, perSecond, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { slowdowns } from '../since-fastest.ts';

export const upstreamSlow: Rule = {
  name: 'upstream-slow',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'request-timeout-short',
    'too-much-asked',
  ],
  look: (view) =>
    slowdowns(view)
      .filter(({ withLoad }) => !withLoad)
      .map(({ upstream, before }) => ({
        severity: 'warning',
        upstream: upstream.url,
        symptom: 'The upstream answers more slowly than it did',
        evidence: [
          seconds('p50 to the first byte', upstream.firstByte.p50),
          seconds('p50 at its best', before.firstByte.p50),
          seconds('p95 to the first byte', upstream.firstByte.p95),
          perSecond('requests', view.recent.requestsPerSecond),
          count('requests at the upstream at once', upstream.active),
        ],
        cause: 'No more requests arrive than when it was fast, so it has become slow by itself',
        remedy:
          'Look at the upstream: its own load, its database, a release. No flag of the proxy makes it faster',
        changes: [],
      })),
};
