import { count, requests } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { refusing } from './pressure.ts';

const mebibyte = 1024 * 1024;
/** A proxy with thousands of requests under way has a few hundred. */
const muchBytes = 1536 * mebibyte;

export const memoryHigh: Rule = {
  name: 'memory-high',
  explains: [],
  ofProcess: true,
  look: ({ now, recent: { byOutcome, finished } }) =>
    now.rssBytes < muchBytes &&
    now.shedding?.resource !== 'memory' &&
    !refusing(byOutcome.memory_overloaded, finished)
      ? []
      : [
          {
            severity: 'warning',
            upstream: null,
            symptom: 'The proxy uses much memory',
            evidence: [
              count('MiB of resident memory', now.rssBytes / mebibyte),
              requests('refused because of it', byOutcome.memory_overloaded),
              count('connections of clients', now.clientConnections),
              count('requests under way', now.inFlight + now.queued),
            ],
            cause:
              'Every connection and every waiting request takes memory, and bodies held for a retry',
            remedy:
              'Let fewer wait (--max-queue-size) or hold less for retries (--retry-body-total); if neither is much, report it with a heap snapshot',
            changes: [],
          },
        ],
};
