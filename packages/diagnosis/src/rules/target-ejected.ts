import { count, seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';

const causes = {
  consecutive_failures: 'It failed several times in a row while the other targets did not',
  failure_rate: 'It fails significantly more often than the other targets',
} as const;

export const targetEjected: Rule = {
  name: 'target-ejected',
  explains: ['upstream-errors', 'upstream-hangs', 'retries-cost'],
  look: ({ now }) =>
    now.upstreams.flatMap(({ url, ejected, ejectionEndsIn, ejections }) =>
      ejected === null
        ? []
        : [
            {
              severity: 'warning',
              upstream: url,
              symptom: 'One target is ejected: the others get its requests',
              evidence: [
                seconds('gets requests again in', ejectionEndsIn),
                count('times it was ejected', ejections),
              ],
              cause: causes[ejected],
              remedy:
                'Look at what differs there: its log, its version, its machine. It gets requests again by itself, a few at first',
              changes: [],
            },
          ],
    ),
};
