import { forwarded, inNumber } from '../amounts.ts';
import { changeCount, settingOf } from '../change.ts';
import { count, percent, requests } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { atLimit } from './pressure.ts';

const flag = '--max-retries';
/** Every tenth attempt is one too many where first ones wait. */
const muchShare = 0.1;

export const retriesCost: Rule = {
  name: 'retries-cost',
  explains: ['limit-too-low', 'upstream-full', 'queue-too-small', 'too-much-asked'],
  look: ({ now, recent }) => {
    const tried = forwarded(recent);
    const mayRetry = (settingOf(now.config, flag) ?? 0) > 0;
    const pressed = atLimit(now) && now.queued > 0;
    if (!mayRetry || !pressed || !inNumber(recent.retries, tried, muchShare)) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'Retries take the places of requests that wait',
        evidence: [
          requests('retries', recent.retries),
          percent('retries, of the requests tried', recent.retries, tried),
          count('waiting in the queue', now.queued),
        ],
        cause: 'Attempts fail while every place at the upstream is taken, and each is made again',
        remedy:
          'Do not retry while there is no room, and see in /proxy-why why first attempts fail',
        changes: [changeCount(now.config, flag, 0)],
      },
    ];
  },
};
