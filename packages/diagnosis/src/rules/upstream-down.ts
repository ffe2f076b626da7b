import { forwarded, inNumber } from '../amounts.ts';
import type { Rule } from '../rule.ts';
import { failuresOf } from './failing-upstream.ts';

export const upstreamDown: Rule = {
  name: 'upstream-down',
  explains: [
    'clients-leave',
    'limit-too-low',
    'upstream-full',
    'queue-too-small',
    'retries-cost',
    'upstream-errors',
    'upstream-slow',
    'auto-at-floor',
    'too-much-asked',
  ],
  look: (view) => {
    const { recent } = view;
    // With timeouts beside them it is up, and has no place for more connections.
    if (inNumber(recent.timeouts, forwarded(recent))) return [];
    const found = failuresOf(
      view,
      ['connection_refused', 'dns_error'],
      'The upstream cannot be reached',
    );
    return found === null ? [] : [found];
  },
};
