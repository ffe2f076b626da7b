import type { Outcome } from '@spillway/contracts';
import { forwarded, inNumber } from '../amounts.ts';
import { percent, requests } from '../evidence.ts';
import type { Sighting } from '../rule.ts';
import type { View } from '../view.ts';
import { chiefFailure, failureKinds } from './failure-kinds.ts';

/** One finding for failures of these kinds, told by the most frequent; null when they are few. */
export function failuresOf(
  { now, recent }: View,
  kinds: readonly Outcome[],
  symptom: string,
): Sighting | null {
  const failed = kinds.reduce((sum, kind) => sum + recent.byOutcome[kind], 0);
  const chief = chiefFailure(recent.byOutcome, kinds);
  const told = chief === null ? undefined : failureKinds[chief];
  if (chief === null || told === undefined || !inNumber(failed, forwarded(recent))) return null;
  const [only, ...others] = now.upstreams;
  return {
    severity: recent.ok === 0 ? 'critical' : 'warning',
    upstream: others.length === 0 ? (only?.url ?? null) : null,
    symptom,
    evidence: [
      requests(told.what, recent.byOutcome[chief]),
      percent('failed this way or alike', failed, forwarded(recent)),
    ],
    cause: `The upstream fails: ${told.cause}`,
    remedy: `${told.look}${/[?.]$/.test(told.look) ? '' : '.'} /proxy-why has the details of each`,
    changes: [],
  };
}
