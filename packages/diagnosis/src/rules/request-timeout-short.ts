import { forwarded, inNumber } from '../amounts.ts';
import { changeDuration, settingOf } from '../change.ts';
import { requests, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';

const flag = '--request-timeout';

export const requestTimeoutShort: Rule = {
  name: 'request-timeout-short',
  explains: [],
  look: ({ now, recent }) => {
    const limit = settingOf(now.config, flag);
    const cut = recent.byOutcome.http_response_timeout;
    const firstByte = slowestUpstream(now)?.firstByte.p99 ?? null;
    if (limit === null || firstByte === null || !inNumber(cut, forwarded(recent))) return [];
    const wait = now.queueWait.p99 ?? 0;
    // Far below the limit it is not the answers' length that is in the way: the others hang.
    if (firstByte + wait < limit / 2) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'The request timeout cuts answers that would have come',
        evidence: [
          requests('cut by the request timeout', cut),
          seconds('p99 to the first byte', firstByte),
          seconds('p99 in the queue', wait),
          seconds(flag, limit),
        ],
        cause: 'Wait and answer together reach up to the limit for the whole request',
        remedy: 'Give whole requests the time that waiting and answering take',
        changes: [changeDuration(now.config, flag, Math.max(wait + 3 * firstByte, 1.5 * limit))],
      },
    ];
  },
};
