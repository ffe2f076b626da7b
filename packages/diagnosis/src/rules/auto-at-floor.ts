import { changeCount } from '../change.ts';
import { count, perSecond, seconds } from '../evidence.ts';
import { slowestUpstream } from '../latency.ts';
import type { Rule } from '../rule.ts';
import { autoBounds } from './auto-bounds.ts';
import { atLimit, pressureEvidence, queuePresses } from './pressure.ts';

const flag = '--auto-min';

export const autoAtFloor: Rule = {
  name: 'auto-at-floor',
  explains: [
    'clients-leave',
    'too-much-asked',
    'upstream-full',
    'upstream-overloaded',
    'queue-timeout-long',
    'queue-too-small',
  ],
  look: (view) => {
    const { now, recent } = view;
    const bounds = autoBounds(now);
    // Before it has moved, it is where the search begins.
    if (bounds === null || now.limit > bounds.floor || now.limitChange === null) return [];
    if (!atLimit(now) || !queuePresses(view)) return [];
    const { floor } = bounds;
    return [
      {
        severity: 'warning',
        upstream: null,
        symptom: 'The limit has come down to its floor, and requests are refused',
        evidence: [
          count(flag, floor),
          ...pressureEvidence(view),
          seconds('p95 to the first byte', slowestUpstream(now)?.firstByte.p95 ?? null),
          perSecond('requests answered', recent.okPerSecond),
        ],
        cause:
          'The upstream refuses, times out or slows down even with so few at once: it is in trouble itself',
        remedy:
          floor > 1
            ? 'Look at the upstream: its own load, its log, what it waits for. If it never takes more than this, let the limit go lower'
            : 'Look at the upstream: its own load, its log, what it waits for. No flag of the proxy helps',
        changes:
          floor > 1 ? [changeCount(now.config, flag, Math.max(1, Math.floor(floor / 4)))] : [],
      },
    ];
  },
};
