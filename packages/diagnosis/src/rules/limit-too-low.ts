import { settingOf } from '../change.ts';
import { perSecond, seconds } from '../evidence.ts';
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
import { raiseLimit } from './raise-limit.ts';

const flag = '--max-concurrent-requests';

export const limitTooLow: Rule = {
  name: 'limit-too-low',
  explains: ['clients-leave', 'queue-timeout-long', 'request-timeout-short', 'too-much-asked'],
  look: (view) => {
    const { now, recent } = view;
    if (settingOf(now.config, flag) === null || atStatedCapacity(now)) return [];
    if (!atLimit(now) || !queuePresses(view) || !upstreamIsWell(view)) return [];
    const changes = raiseLimit(view, flag);
    if (!isSettled(view) || !hasRoom(view) || changes.length === 0) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom:
          recent.queueRejected > 0
            ? 'Requests are refused by the queue while the upstream is well'
            : 'The queue is nearly full while the upstream is well',
        evidence: [
          ...pressureEvidence(view),
          seconds('p95 to the first byte', slowestUpstream(now)?.firstByte.p95 ?? null),
          perSecond('requests', recent.requestsPerSecond),
        ],
        cause:
          'All places at the upstream are taken, and its answers are as quick as ever: it may have room for more',
        remedy:
          'Raise the limit a step at a time and watch p95; "pnpm loadtest --find-knee" measures the best number. If answers slow down with it, the upstream needs more machines',
        changes,
      },
    ];
  },
};
