import { commandNames } from '@spillway/contracts';
import { settingOf } from '../change.ts';
import { perSecond, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { pressureEvidence } from './pressure.ts';
import { raiseWhereThereIsRoom } from './raise-limit.ts';

const flag = '--max-concurrent-requests';

export const limitTooLow: Rule = {
  name: 'limit-too-low',
  explains: ['clients-leave', 'queue-timeout-long', 'request-timeout-short', 'too-much-asked'],
  look: (view) => {
    const { now, recent } = view;
    if (settingOf(now.config, flag) === null) return [];
    const changes = raiseWhereThereIsRoom(view, flag);
    if (changes.length === 0) return [];
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
        remedy: `Raise the limit a step at a time and watch p95; "${commandNames.loadtest} --find-knee" measures the best number. If answers slow down with it, the upstream needs more machines`,
        changes,
      },
    ];
  },
};
