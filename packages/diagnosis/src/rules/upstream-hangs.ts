import { forwarded } from '../amounts.ts';
import { typedDuration } from '../change.ts';
import { percent, requests, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { silenceIn } from './read-timeouts.ts';

export const upstreamHangs: Rule = {
  name: 'upstream-hangs',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'request-timeout-short',
    'upstream-slow',
    'too-much-asked',
    'abandoned-work',
  ],
  look: (view) => {
    const silence = silenceIn(view);
    if (silence?.cause !== 'hangs') return [];
    const { timeouts, limit, flag, upstream } = silence;
    const { p99 = null, max = null } = upstream?.firstByte ?? {};
    const enough = p99 === null ? null : Math.max(3 * p99, 1.5 * (max ?? 0));
    return [
      {
        severity: 'warning',
        upstream: view.now.upstreams.length === 1 ? (view.now.upstreams[0]?.url ?? null) : null,
        symptom:
          p99 === null
            ? 'Requests time out, and hardly any is answered'
            : 'Some requests are never answered, the others soon',
        evidence: [
          requests('read timeouts', timeouts),
          percent('of the requests sent on', timeouts, forwarded(view.recent)),
          seconds('p99 to the first byte', p99),
          seconds(flag, limit),
        ],
        cause:
          p99 === null
            ? 'The upstream hangs, or needs longer than the read timeout for every answer'
            : 'The upstream hangs on some requests: its answers take far less than the read timeout',
        remedy:
          enough === null || enough >= limit
            ? 'Look at what the upstream waits for; /proxy-why lists the requests'
            : `Look at what the upstream waits for; /proxy-why lists the requests. ${flag} ${typedDuration(enough)} would be enough for its answers and free their places sooner`,
        changes: [],
      },
    ];
  },
};
