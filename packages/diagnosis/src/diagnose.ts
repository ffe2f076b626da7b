import type { Finding, FindingSeverity } from '@spillway/contracts';
import { restarted } from './interval.ts';
import type { Observation } from './observation.ts';
import { memorySeconds } from './remembered.ts';
import { rules } from './rules/index.ts';
import { viewsOf } from './view.ts';
import { explains, type Watches, watchOn } from './watch.ts';

const severities: readonly FindingSeverity[] = ['critical', 'warning', 'hint'];

/** Pure: from observations (oldest first, any interval) to the findings at the last one, worst first. */
export function diagnose(observations: readonly Observation[]): Finding[] {
  const series = currentLife(observations);
  const now = series.at(-1);
  if (now === undefined || now.draining) return [];
  const present = [...watch(series).values()];
  return present
    .filter(({ found }) => found)
    .filter((symptom) => !present.some((cause) => explains(cause, symptom)))
    .map(({ rule, sighting, since }) => ({
      rule: rule.name,
      ...sighting,
      evidence: sighting.evidence.filter((one) => one !== null),
      for_seconds: Math.max(0, now.at - since),
    }))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

function watch(series: readonly Observation[]): Watches {
  let watches: Watches = new Map();
  let i = 0;
  for (const view of viewsOf(series)) {
    watches = watchOn(watches, rules, view, (series[i++] as Observation).at);
  }
  return watches;
}

/** The observations since the last restart that are not too old. */
function currentLife(observations: readonly Observation[]): readonly Observation[] {
  const last = observations.at(-1);
  if (last === undefined) return [];
  const longest = memorySeconds(last);
  let start = observations.length - 1;
  for (; start > 0; start--) {
    const [earlier, later] = observations.slice(start - 1, start + 1) as [Observation, Observation];
    if (restarted(earlier, later) || last.at - earlier.at > longest) break;
  }
  return observations.slice(start);
}
