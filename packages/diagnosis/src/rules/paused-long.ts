import { commandNames } from '@spillway/contracts';
import { count, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';

/** A pause of a deploy is over sooner; one of which nobody thinks any more isn't. */
const longSeconds = 60;

export const pausedLong: Rule = {
  name: 'paused-long',
  explains: ['queue-too-small', 'queue-timeout-long', 'limit-too-low', 'clients-leave'],
  look: ({ now }) => {
    if (now.paused === null || now.paused < longSeconds) return [];
    return [
      {
        severity: 'hint',
        upstream: null,
        symptom: 'It has been paused for long, and requests wait',
        evidence: [seconds('paused for', now.paused), count('waiting in the queue', now.queued)],
        cause: 'Somebody paused it, and it was not resumed',
        remedy: `Resume it with "${commandNames.proxy} resume" as soon as the backend may be used again`,
        changes: [],
      },
    ];
  },
};
