import { count, percent, requests, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';

/** Fewer are the weather. */
const fewest = 3;
const muchShare = 0.2;

const sayIt =
  'Let clients say how long they wait (--patience-header), so that what cannot be answered in time is not begun, or wait longer';
const release = 'Where the upstream stops when its connection closes, set --abandoned release';

export const abandonedWork: Rule = {
  name: 'abandoned-work',
  explains: [
    'clients-leave',
    'limit-too-low',
    'auto-at-ceiling',
    'queue-too-small',
    'too-much-asked',
    'upstream-full',
  ],
  look: ({ now, recent }) => {
    const { abandoned, limit } = now;
    if (abandoned < fewest || abandoned < muchShare * limit) return [];
    const { clientAborted, byOutcome } = recent;
    const saidSo = byOutcome.http_response_timeout > clientAborted;
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'Much of what the upstream works on is for nobody any more',
        evidence: [
          count('permits held for abandoned requests', abandoned),
          percent('of all permits', abandoned, limit),
          requests('left by their clients', clientAborted),
          requests('cut by their deadline', byOutcome.http_response_timeout),
          seconds('p95 to the first byte', slowestUpstream(now)?.firstByte.p95 ?? null),
        ],
        cause:
          'Clients wait for less time than answers take; the upstream works on, and the permit is held as long',
        remedy: `${saidSo ? 'Let clients wait longer' : sayIt}. ${release}`,
        changes: [],
      },
    ];
  },
};
