import { count, perSecond, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { autoBounds } from './auto-bounds.ts';
import { pressureEvidence } from './pressure.ts';
import { raiseWhereThereIsRoom } from './raise-limit.ts';

const flag = '--auto-max';

export const autoAtCeiling: Rule = {
  name: 'auto-at-ceiling',
  explains: ['clients-leave', 'queue-timeout-long', 'request-timeout-short', 'too-much-asked'],
  look: (view) => {
    const { now, recent } = view;
    const bounds = autoBounds(now);
    if (bounds === null || now.limit < bounds.ceiling) return [];
    const changes = raiseWhereThereIsRoom(view, flag);
    if (changes.length === 0) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'The limit is at its ceiling, and the upstream is well',
        evidence: [
          count(flag, bounds.ceiling),
          ...pressureEvidence(view),
          seconds('p95 to the first byte', slowestUpstream(now)?.firstByte.p95 ?? null),
          perSecond('requests', recent.requestsPerSecond),
        ],
        cause: 'The upstream takes all that the limit may become, and may take more',
        remedy:
          'Raise the ceiling, and the connections with it: the limit finds by itself how far to go',
        changes,
      },
    ];
  },
};
