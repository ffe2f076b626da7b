import { percent, requests, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { refusing } from './pressure.ts';

const busyShare = 0.9;
/** Idle, it is the timer's own 20 ms. */
const lateSeconds = 0.1;

export const proxyBusy: Rule = {
  name: 'proxy-busy',
  explains: [
    'clients-leave',
    'connect-timeouts',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'read-timeout-short',
    'request-timeout-short',
    'upstream-hangs',
    'upstream-overloaded',
    'upstream-slow',
    'too-much-asked',
    'abandoned-work',
    'auto-at-ceiling',
    'auto-at-floor',
  ],
  ofProcess: true,
  look: ({ now: { eventLoop, shedding }, recent: { byOutcome, finished } }) =>
    (eventLoop.utilization < busyShare || eventLoop.delayP99 < lateSeconds) &&
    shedding?.resource !== 'event_loop' &&
    !refusing(byOutcome.event_loop_overloaded, finished)
      ? []
      : [
          {
            severity: 'warning',
            upstream: null,
            symptom: 'The proxy itself is too slow: its event loop is late',
            evidence: [
              percent('event loop busy', eventLoop.utilization, 1),
              seconds('event loop delay, p99', eventLoop.delayP99),
              requests('refused because of it', byOutcome.event_loop_overloaded),
            ],
            cause: 'One process uses one processor core, and this one is used up or taken away',
            remedy:
              'Run more proxies behind a balancer, or give this one a core of its own; measured times include its delay',
            changes: [],
          },
        ],
};
