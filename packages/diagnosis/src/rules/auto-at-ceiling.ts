import { count, perSecond, seconds } from '../evidence.ts';
import { isSettled, slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { autoBounds } from './auto-bounds.ts';
import {
  atLimit,
  atStatedCapacity,
  hasRoom,
  pressureEvidence,
  queuePresses,
  upstreamIsWell,
} from './pressure.ts';
import { raiseLimit } from './raise-limit.ts';

const flag = '--auto-max';

export const autoAtCeiling: Rule = {
  name: 'auto-at-ceiling',
  explains: ['clients-leave', 'queue-timeout-long', 'request-timeout-short', 'too-much-asked'],
  look: (view) => {
    const { now, recent } = view;
    const bounds = autoBounds(now);
    if (bounds === null || now.limit < bounds.ceiling || atStatedCapacity(now)) return [];
    if (!atLimit(now) || !queuePresses(view) || !upstreamIsWell(view)) return [];
    const changes = raiseLimit(view, flag);
    if (!isSettled(view) || !hasRoom(view) || changes.length === 0) return [];
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
