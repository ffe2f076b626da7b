import { perSecond, requests, seconds } from '../evidence.ts';
import { isSettled } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { refusing } from './pressure.ts';

export const tooMuchAsked: Rule = {
  name: 'too-much-asked',
  // A longer line would only make them wait longer for the same refusal.
  explains: ['clients-leave', 'queue-too-small'],
  look: (view) => {
    const { now, recent } = view;
    const { deadline_unreachable: late, overloaded, displaced } = recent.byOutcome;
    if (!refusing(late + overloaded + displaced, recent.finished) || !isSettled(view)) return [];
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'Requests are refused because they could not be answered in time',
        evidence: [
          requests('with too little time left', late || null),
          requests('shed because the line is overloaded', overloaded || null),
          requests('that gave way to others', displaced || null),
          perSecond('requests', recent.requestsPerSecond),
          perSecond('requests answered', recent.okPerSecond),
          seconds('estimated wait', now.estimatedWait),
        ],
        cause: 'More is asked than the upstream can answer before the clients stop waiting',
        remedy:
          'Give the upstream more machines, or send it less; longer deadlines of the clients help where they are shorter than answers take. A longer queue does not: it makes all wait longer',
        changes: [],
      },
    ];
  },
};
