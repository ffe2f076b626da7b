import { settingOf } from '../change.ts';
import { count, percent, requests } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { refusing } from './pressure.ts';

const flag = '--max-per-key';

export const keyAtCap: Rule = {
  name: 'key-at-cap',
  explains: [],
  look: ({ now, recent: { byOutcome, finished } }) =>
    refusing(byOutcome.key_limit, finished)
      ? [
          {
            severity: 'hint',
            upstream: null,
            symptom: 'A key asks for more at once than one may, and is refused',
            evidence: [
              requests('refused for their key', byOutcome.key_limit),
              percent('refused for their key', byOutcome.key_limit, finished),
              count(flag, settingOf(now.config, flag)),
              count('keys known', now.keys),
            ],
            cause:
              'One client takes, or wants, more than its part of the upstream; the others are kept from its crowd',
            remedy:
              'See in the access log and in /proxy-why who gets 429, and ask them to send less at once; raise --max-per-key only where a key stands for many clients',
            changes: [],
          },
        ]
      : [],
};
