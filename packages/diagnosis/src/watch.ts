import type { Rule, Sighting } from './rule.ts';
import type { View } from './view.ts';

/** Polls that a sighting lasts before it is a finding, and is absent before it is none any more. */
export const steadyPolls = 3;

/** What one rule sees of one upstream, over the polls. */
export interface Watch {
  readonly rule: Rule;
  /** When the first of the sightings that it rests on was, in the watcher's seconds. */
  readonly since: number;
  /** The latest. */
  readonly sighting: Sighting;
  /** Polls in a row with a sighting, and then without. */
  readonly seen: number;
  readonly unseen: number;
  /** It has lasted. */
  readonly found: boolean;
}

/** By rule and upstream. */
export type Watches = ReadonlyMap<string, Watch>;

/** Takes in what the rules see at one poll; `view` is null while that is nothing. */
export function watchOn(
  watches: Watches,
  rules: readonly Rule[],
  view: View | null,
  at: number,
): Watches {
  const next = new Map<string, Watch>();
  for (const rule of view === null ? [] : rules) {
    for (const sighting of rule.look(view as View)) {
      const key = `${rule.name} ${sighting.upstream ?? ''}`;
      next.set(key, seenAgain(watches.get(key), rule, sighting, at));
    }
  }
  for (const [key, watch] of watches) {
    const unseen = watch.unseen + 1;
    if (!next.has(key) && unseen < steadyPolls) {
      next.set(key, { ...watch, seen: 0, unseen });
    }
  }
  return next;
}

function seenAgain(known: Watch | undefined, rule: Rule, sighting: Sighting, at: number): Watch {
  const seen = (known?.seen ?? 0) + 1;
  const found = (known?.found ?? false) || seen >= steadyPolls;
  const since = known !== undefined && (known.found || known.seen > 0) ? known.since : at;
  return { rule, since, sighting, seen, unseen: 0, found };
}

/**
 * A cause hides its symptoms from the first sight of it, lest they flash up before it, and while it is
 * absent for a poll or two: what is seen by gauges comes and goes sooner than what is counted.
 */
export function explains(cause: Watch, symptom: Watch): boolean {
  if (!cause.rule.explains.includes(symptom.rule.name)) return false;
  const { service } = cause.sighting;
  if (service !== undefined && service !== symptom.sighting.service) return false;
  const [one, other] = [cause.sighting.upstream, symptom.sighting.upstream];
  return one === null || other === null || one === other;
}
