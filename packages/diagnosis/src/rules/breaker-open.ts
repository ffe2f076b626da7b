import { count, requests, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { chiefFailure, failureKinds } from './failure-kinds.ts';

export const breakerOpen: Rule = {
  name: 'breaker-open',
  explains: [
    'clients-leave',
    'connect-timeouts',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'read-timeout-short',
    'request-timeout-short',
    'retries-cost',
    'upstream-down',
    'upstream-errors',
    'upstream-hangs',
    'upstream-overloaded',
    'upstream-slow',
    'auto-at-floor',
    'too-much-asked',
    'abandoned-work',
  ],
  look: ({ now, recent, memory }) =>
    now.upstreams
      .filter(({ breaker }) => breaker.state !== 'closed')
      .map(({ url, breaker }) => {
        const failures = memory.get(url)?.failuresBefore ?? null;
        const chief = failures === null ? null : chiefFailure(failures);
        const told = chief === null ? undefined : failureKinds[chief];
        const alone = now.upstreams.every((one) => one.breaker.state !== 'closed');
        return {
          severity: alone ? 'critical' : 'warning',
          upstream: url,
          symptom: alone
            ? 'The breaker is open: requests are refused'
            : 'The breaker is open: the other upstreams get its requests',
          evidence: [
            ...(told !== undefined && chief !== null && failures !== null
              ? [requests(`${told.what} before`, failures[chief] ?? 0)]
              : []),
            requests('refused by the breaker', recent.byOutcome.breaker_open),
            count('times it opened', breaker.openedTotal),
            seconds('next probe in', breaker.retryIn),
          ],
          cause: `The upstream failed too often in a row${told === undefined ? '' : `: ${told.cause}`}`,
          remedy: `${told?.look ?? 'Look at the upstream'}${told?.look.endsWith('?') ? '' : '.'} The breaker closes by itself once a probe succeeds`,
          changes: [],
        };
      }),
};
