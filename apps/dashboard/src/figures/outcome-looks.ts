import { type Outcome, type OutcomeRule, outcomeNames, outcomes } from '@spillway/contracts';
import type { Hue, Line } from './plot-spec.ts';

const rules: Readonly<Record<string, OutcomeRule>> = outcomes;

/** Outcomes of one kind share a hue. Those that only a newer proxy knows are shown too. */
export function outcomeHue(outcome: string): Hue {
  const rule = rules[outcome];
  if (rule === undefined || rule.class === 'client_gone') return 'slate';
  if (rule.class === 'success') return 'water';
  if (rule.timeout) return 'violet';
  if (rule.breakerFailure === 'by_status') return 'orange';
  if (rule.breakerFailure) return 'red';
  return refusalHues[rule.proxyStatusError ?? ''] ?? 'slate';
}

/** By their error type of RFC 9209. */
const refusalHues: Readonly<Record<string, Hue>> = {
  connection_limit_reached: 'amber',
  destination_unavailable: 'pink',
  proxy_internal_error: 'pink',
  http_request_error: 'blue',
};

/** Every outcome that the proxy counts, the known ones first; the later of one hue are dotted. */
export function outcomeLines(counted: Readonly<Record<string, number>>): Line[] {
  const others = Object.keys(counted).filter((name) => !(name in rules));
  const taken = new Set<Hue>();
  return [...outcomeNames, ...others].map((outcome) => {
    const hue = outcomeHue(outcome);
    const isLater = taken.has(hue);
    taken.add(hue);
    return {
      key: outcome,
      label: outcome.replaceAll('_', ' '),
      hue,
      onlyOnceSeen: outcome !== 'ok',
      ...(isLater ? { look: 'dotted' as const } : {}),
      value: ({ interval }) =>
        interval === null ? null : (interval.byOutcome[outcome as Outcome] ?? 0) / interval.seconds,
    };
  });
}
