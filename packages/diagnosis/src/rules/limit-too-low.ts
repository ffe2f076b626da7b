import type { Change } from '@spillway/contracts';
import { changeCount, settingOf } from '../change.ts';
import { perSecond, seconds } from '../evidence.ts';
import { isSettled, meanServiceSeconds, slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import type { View } from '../view.ts';
import { atLimit, hasRoom, pressureEvidence, queuePresses, upstreamIsWell } from './pressure.ts';

const flag = '--max-concurrent-requests';
const poolFlag = '--pool-maxsize';
const most = 65_535;
const headroom = 1.1;

export const limitTooLow: Rule = {
  name: 'limit-too-low',
  explains: ['clients-leave', 'queue-timeout-long', 'request-timeout-short'],
  look: (view) => {
    const { now, recent } = view;
    const isNumber = settingOf(now.config, flag) !== null;
    if (!isNumber || !atLimit(now) || !queuePresses(view) || !upstreamIsWell(view)) return [];
    if (now.limit >= most || !isSettled(view) || !hasRoom(view)) return [];
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
        changes: changesOf(view),
      },
    ];
  },
};

/** Little's law with all that arrives or waits; doubled at most, as nobody knows where the knee is. */
function changesOf({ now, recent }: View): Change[] {
  const demand = headroom * recent.requestsPerSecond * (meanServiceSeconds(now) ?? 0);
  const wanted = Math.ceil(Math.max(demand, now.inFlight + now.queued, now.limit + 1));
  const to = Math.min(wanted, 2 * now.limit, most);
  const pool = settingOf(now.config, poolFlag);
  return [
    changeCount(now.config, flag, to),
    ...(pool !== null && pool < to ? [changeCount(now.config, poolFlag, to)] : []),
  ];
}
