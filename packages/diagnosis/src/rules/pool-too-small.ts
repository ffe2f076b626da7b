import { changeCount, settingOf } from '../change.ts';
import { count } from '../evidence.ts';
import type { Rule } from '../rule.ts';

const flag = '--pool-maxsize';

export const poolTooSmall: Rule = {
  name: 'pool-too-small',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-timeout-long',
    'queue-too-small',
    'request-timeout-short',
    'too-much-asked',
    'auto-at-ceiling',
  ],
  look: ({ now }) => {
    const pool = settingOf(now.config, flag);
    if (pool === null || pool >= now.limit) return [];
    return now.upstreams
      .filter(({ connections }) => connections.waiting > 0)
      .map(({ url, connections }) => ({
        severity: 'warning',
        upstream: url,
        symptom: 'Requests that may go wait for a connection to the upstream',
        evidence: [
          count('waiting for a connection', connections.waiting),
          count('connections open', connections.open + connections.connecting),
          count('requests at the upstream at once, at most', now.limit),
        ],
        cause: 'The pool has fewer connections than requests are let through at once',
        remedy: 'Allow as many connections as requests',
        changes: [changeCount(now.config, flag, now.limit)],
      }));
  },
};
