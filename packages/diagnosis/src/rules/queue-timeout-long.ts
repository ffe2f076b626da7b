import { inNumber } from '../amounts.ts';
import { changeDuration, settingOf } from '../change.ts';
import { count, requests, seconds } from '../evidence.ts';
import { meanServiceSeconds } from '../latency.ts';
import type { Rule } from '../rule.ts';
import type { View } from '../view.ts';

const flag = '--queue-timeout';

export const queueTimeoutLong: Rule = {
  name: 'queue-timeout-long',
  explains: ['clients-leave'],
  look: (view) => {
    const { now, recent } = view;
    const from = settingOf(now.config, flag);
    const to = patienceInQueue(view);
    if (to === null || from === null || to >= from) return [];
    if (!inNumber(recent.clientAborted, recent.finished) || now.queued === 0) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'Clients leave while they wait in the queue',
        evidence: [
          requests('left by their clients', recent.clientAborted),
          seconds('p95 in the queue, of those served', now.queueWait.p95),
          count('waiting in the queue', now.queued),
          seconds(flag, from),
        ],
        cause: 'The queue keeps requests for longer than clients wait for an answer',
        remedy:
          'Refuse sooner, so that clients learn it while they still listen; let more through at once if the upstream has room',
        changes: [changeDuration(now.config, flag, to)],
      },
    ];
  },
};

/** Whoever was served had waited no longer than clients do; their answer takes its time too. Null: short waits. */
function patienceInQueue({ now }: View): number | null {
  const { p95 } = now.queueWait;
  const service = meanServiceSeconds(now);
  if (p95 === null || service === null || p95 < service) return null;
  return Math.max(p95 / 2, p95 - 2 * service);
}
