import type { Finding, FindingSeverity } from '@spillway/contracts';
import { restarted } from './interval.ts';
import type { Observation } from './observation.ts';
import type { Sighting } from './rule.ts';
import { rules } from './rules/index.ts';
import { viewAt } from './view.ts';

/** How far back observations are of use: breakers that open again and again are told by five minutes. */
export const historySeconds = 300;

/** Polls that a sighting must last to become a finding, and be absent for to end as one. */
const steadyPolls = 3;

/** What one rule sees of one upstream, over the polls. */
interface Watch {
  readonly rule: string;
  sighting: Sighting;
  since: number;
  seen: number;
  unseen: number;
  found: boolean;
}

/** Pure: from observations (oldest first, any interval) to the findings at the last one, worst first. */
export function diagnose(observations: readonly Observation[]): Finding[] {
  const series = currentLife(observations);
  const last = series.at(-1);
  if (last === undefined || last.draining) return [];
  const watches = new Map<string, Watch>();
  for (let i = 0; i < series.length; i++) step(watches, series, i);
  const present = [...watches.values()];
  return present
    .filter(({ found }) => found)
    .filter((watch) => !present.some((other) => explains(other, watch)))
    .map(({ rule, sighting, since }) => ({
      rule,
      ...sighting,
      for_seconds: Math.max(0, last.at - since),
    }))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

const severities: readonly FindingSeverity[] = ['critical', 'warning', 'hint'];

/** The observations since the last restart that are not too old. */
function currentLife(observations: readonly Observation[]): readonly Observation[] {
  const last = observations.at(-1);
  let start = observations.length - 1;
  while (start > 0) {
    const [earlier, later] = observations.slice(start - 1, start + 1) as [Observation, Observation];
    if (restarted(earlier, later) || (last as Observation).at - earlier.at > historySeconds) break;
    start -= 1;
  }
  return observations.slice(Math.max(0, start));
}

function step(watches: Map<string, Watch>, series: readonly Observation[], index: number): void {
  const { at } = series[index] as Observation;
  const view = viewAt(series, index);
  const seen = new Set<string>();
  for (const rule of view === null ? [] : rules) {
    for (const sighting of rule.look(view as NonNullable<typeof view>)) {
      const key = `${rule.name} ${sighting.upstream ?? ''}`;
      seen.add(key);
      see(watches, key, rule.name, sighting, at);
    }
  }
  for (const [key, watch] of watches) {
    if (seen.has(key)) continue;
    watch.seen = 0;
    watch.unseen += 1;
    if (!watch.found || watch.unseen >= steadyPolls) watches.delete(key);
  }
}

function see(
  watches: Map<string, Watch>,
  key: string,
  rule: string,
  sighting: Sighting,
  at: number,
): void {
  const watch = watches.get(key) ?? {
    ...{ rule, sighting, since: at, seen: 0, unseen: 0, found: false },
  };
  watch.sighting = sighting;
  watch.seen += 1;
  watch.unseen = 0;
  watch.found ||= watch.seen >= steadyPolls;
  watches.set(key, watch);
}

/** A cause hides its symptoms from the first sight of it, lest they flash up before it. */
function explains(cause: Watch, symptom: Watch): boolean {
  const rule = rules.find(({ name }) => name === cause.rule);
  if (rule === undefined || !rule.explains.includes(symptom.rule)) return false;
  const { upstream } = cause.sighting;
  return (
    upstream === null ||
    symptom.sighting.upstream === null ||
    upstream === symptom.sighting.upstream
  );
}
