import { forwarded, inNumber } from '../amounts.ts';
import { changeDuration, settingOf } from '../change.ts';
import { percent, requests, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule, Sighting } from '../rule.ts';
import type { View } from '../view.ts';

const flag = '--request-timeout';

export const requestTimeoutShort: Rule = {
  name: 'request-timeout-short',
  explains: [],
  look: (view) => {
    const limit = settingOf(view.now.config, flag);
    const found = limit === null ? ofClients(view) : ofProxy(view, limit);
    return found === null ? [] : [found];
  },
};

function ofProxy({ now, recent }: View, limit: number): Sighting | null {
  const cut = recent.byOutcome.http_response_timeout;
  const firstByte = slowestUpstream(now)?.firstByte.p99 ?? null;
  if (firstByte === null || !inNumber(cut, forwarded(recent))) return null;
  const wait = now.queueWait.p99 ?? 0;
  // Far below the limit it is not the answers' length that is in the way: the others hang.
  if (firstByte + wait < limit / 2) return null;
  return {
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
  };
}

/** Without a limit of ours it is the deadlines that clients send which cut; how long these are is not counted. */
function ofClients({ now, recent }: View): Sighting | null {
  const cut = recent.byOutcome.http_response_timeout;
  if (!inNumber(cut, forwarded(recent))) return null;
  return {
    severity: 'warning',
    upstream: null,
    symptom: 'Requests do not end within the time that their clients give them',
    evidence: [
      requests('cut at their deadline', cut),
      percent('of the requests sent on', cut, forwarded(recent)),
      seconds('p50 to the first byte of the others', now.firstByte.p50),
      seconds('p99 to the first byte of the others', now.firstByte.p99),
      seconds('p99 in the queue', now.queueWait.p99),
    ],
    cause: 'The deadlines that clients send are shorter than waiting and answering take',
    remedy:
      'Let clients send longer deadlines, or make the upstream faster; /proxy-why lists the requests',
    changes: [],
  };
}
