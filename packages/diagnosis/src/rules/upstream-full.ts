import { count, perSecond, seconds } from '../evidence.ts';
import { isSettled, slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import {
  atLimit,
  atStatedCapacity,
  hasRoom,
  pressureEvidence,
  queuePresses,
  upstreamIsWell,
} from './pressure.ts';

export const upstreamFull: Rule = {
  name: 'upstream-full',
  explains: ['clients-leave', 'request-timeout-short', 'too-much-asked'],
  look: (view) => {
    const { now, recent } = view;
    if (!atLimit(now) || !queuePresses(view) || !upstreamIsWell(view)) return [];
    const states = atStatedCapacity(now);
    if (!states && (!isSettled(view) || hasRoom(view))) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'More requests come than the upstream can work on',
        evidence: [
          ...(states ? [count('it states that it takes', now.statedCapacity)] : []),
          ...pressureEvidence(view),
          seconds('p50 to the first byte', slowestUpstream(now)?.firstByte.p50 ?? null),
          perSecond('requests', recent.requestsPerSecond),
          perSecond('requests answered', recent.okPerSecond),
        ],
        cause: states
          ? 'It works on as many at once as it says that it takes'
          : 'Its answers already slow down a little with what is let through: it works at its limit',
        remedy:
          'Give the upstream more machines, or send it less. Neither a longer queue nor a higher limit helps for long',
        changes: [],
      },
    ];
  },
};
