import type { Rule } from '../rule.ts';
import { failuresOf } from './failing-upstream.ts';

export const upstreamErrors: Rule = {
  name: 'upstream-errors',
  explains: ['retries-cost', 'upstream-slow'],
  look: (view) => {
    const found = failuresOf(
      view,
      [
        'upstream_error',
        'connection_terminated',
        'http_protocol_error',
        'http_response_incomplete',
      ],
      'Requests fail at the upstream',
    );
    return found === null ? [] : [found];
  },
};
