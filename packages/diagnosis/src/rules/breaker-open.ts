import type { Rule } from '../rule.ts';

export const breakerOpen: Rule = {
  name: 'breaker-open',
  explains: [],
  look: ({ now }) =>
    now.upstreams
      .filter(({ breaker }) => breaker.state === 'open')
      .map(({ url, breaker }) => ({
        severity: 'critical',
        upstream: url,
        symptom: 'The breaker is open: requests are refused unseen',
        evidence: [{ what: 'next probe in', value: breaker.retryIn, unit: 'seconds' }],
        cause: 'The upstream failed too often in a row',
        remedy: 'Look at the upstream; the breaker closes by itself when a probe succeeds',
        changes: [],
      })),
};
