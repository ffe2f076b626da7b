import { changeDuration, settingOf } from '../change.ts';
import { seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { failuresOf } from './failing-upstream.ts';

const flag = '--connect-timeout';

export const connectTimeouts: Rule = {
  name: 'connect-timeouts',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-too-small',
    'retries-cost',
    'upstream-down',
    'auto-at-floor',
    'too-much-asked',
  ],
  look: (view) => {
    const { config, connect } = view.now;
    const found = failuresOf(
      view,
      ['connection_timeout', 'dns_timeout'],
      'Connections to the upstream time out',
    );
    if (found === null) return [];
    const limit = settingOf(config, flag);
    const slow = limit !== null && connect.p99 !== null && connect.p99 >= limit / 2;
    return [
      {
        ...found,
        evidence: [
          ...found.evidence,
          seconds('p99 to connect, of those that did', connect.p99),
          seconds(flag, limit),
        ],
        changes: slow
          ? [changeDuration(config, flag, Math.max(3 * (connect.p99 as number), 1.5 * limit))]
          : [],
      },
    ];
  },
};
