import { changeCount, settingOf } from '../change.ts';
import { percent, requests } from '../evidence.ts';
import { meanServiceSeconds } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { atLimit, refusing, upstreamIsWell } from './pressure.ts';

const flag = '--max-queue-size';
/** Above this share of the limit on average it isn't bursts that are refused. */
const busyShare = 0.8;

export const queueTooSmall: Rule = {
  name: 'queue-too-small',
  explains: [],
  look: (view) => {
    const { now, recent } = view;
    const refused = recent.byOutcome.queue_full;
    const service = meanServiceSeconds(now);
    // Between bursts it is idle; where every poll meets it at its limit, it isn't bursts.
    if (
      service === null ||
      atLimit(now) ||
      !refusing(refused, recent.finished) ||
      !upstreamIsWell(view)
    )
      return [];
    const busy = recent.okPerSecond * service;
    // What waits longer than this is refused all the same, only later.
    const patience = settingOf(now.config, '--queue-timeout') ?? Number.POSITIVE_INFINITY;
    const served = Math.floor(((now.limit / service) * patience) / 2);
    const to = Math.min(now.queueLimit + refused, served);
    if (busy >= busyShare * now.limit || to <= now.queueLimit) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'Bursts are refused although the upstream is idle between them',
        evidence: [
          requests('refused because the queue was full', refused),
          percent('places at the upstream taken, on average', busy, now.limit),
        ],
        cause: 'Requests come in bursts that are larger than the queue, and are soon worked off',
        remedy: 'Let more of a burst wait; the queue is worked off well within --queue-timeout',
        changes: [changeCount(now.config, flag, to)],
      },
    ];
  },
};
