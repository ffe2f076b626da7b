import { inNumber } from '../amounts.ts';
import { percent, requests, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import type { View } from '../view.ts';

const muchShare = 0.2;

export const clientsLeave: Rule = {
  name: 'clients-leave',
  explains: [],
  look: (view) => {
    const { now, recent } = view;
    const { clientAborted, finished } = recent;
    if (!inNumber(clientAborted, finished, muchShare) || !leftUnanswered(view)) return [];
    return [
      {
        severity: 'hint',
        upstream: null,
        symptom: 'Many clients leave before their answer',
        evidence: [
          requests('left by their clients', clientAborted),
          percent('of all requests', clientAborted, finished),
          seconds('p50 to the first byte', now.firstByte.p50),
          seconds('p95 to the first byte', now.firstByte.p95),
        ],
        cause:
          'The timeout of clients, or of a balancer before the proxy, is shorter than answers take',
        remedy:
          'Give clients a longer timeout, or the upstream less to do; no flag of the proxy helps',
        changes: [],
      },
    ];
  },
};

/** Whoever ends a stream of events leaves too, after its first byte: that is no trouble. */
function leftUnanswered({ now, recent }: View): boolean {
  const all = now.responseTime.count;
  const unanswered = all === 0 ? 0 : 1 - now.firstByte.count / all;
  return unanswered >= (0.5 * recent.clientAborted) / recent.finished;
}
