import type { Finding, FindingSeverity } from '@spillway/contracts';
import { restarted } from './interval.ts';
import type { Observation } from './observation.ts';
import { memorySeconds } from './remembered.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules/index.ts';
import { viewsOf } from './view.ts';
import { explains, steadyPolls, type Watch, type Watches, watchOn } from './watch.ts';

const severities: readonly FindingSeverity[] = ['critical', 'warning', 'hint'];

/** Pure: from observations (oldest first, any interval) to the findings at the last one, worst first. */
export function diagnose(observations: readonly Observation[]): Finding[] {
  const series = currentLife(observations);
  const now = series.at(-1);
  if (now === undefined || now.draining) return [];
  const present = now.services ? watchServices(series, now.services) : watch(series, rules);
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

/** Each service by itself, and the process that they share. */
function watchServices(
  series: readonly Observation[],
  services: ReadonlyMap<string, Observation>,
): Watch[] {
  const ofServices = [...services.keys()].flatMap((service) => {
    const own = series.flatMap((one) => one.services?.get(service) ?? []);
    if (isIdle(own)) return [];
    return watch(own, serviceRules).map((one) => ({
      ...one,
      sighting: { ...one.sighting, service },
    }));
  });
  return [...ofServices, ...watch(series, processRules)];
}

const processRules = rules.filter(({ ofProcess }) => ofProcess);
const serviceRules = rules.filter(({ ofProcess }) => !ofProcess);

/** Of hundreds of services most rest, and looking at each would keep requests waiting. */
function isIdle(series: readonly Observation[]): boolean {
  const [first, last] = [series[0], series.at(-1)];
  return (
    first?.total === last?.total &&
    series.every(
      ({ inFlight, queued, upstreams }) =>
        inFlight + queued === 0 && upstreams.every(({ breaker }) => breaker.state === 'closed'),
    )
  );
}

function watch(series: readonly Observation[], by: readonly Rule[]): Watch[] {
  const present = seenLately(series, by);
  if (present.length === 0) return [];
  let watches: Watches = new Map();
  let i = 0;
  for (const view of viewsOf(series)) {
    watches = watchOn(watches, present, view, (series[i++] as Observation).at);
  }
  return [...watches.values()];
}

/** What others saw longer ago is over: with hundreds of services, to look at it again would keep requests waiting. */
function seenLately(series: readonly Observation[], all: readonly Rule[]): Rule[] {
  const seen = new Set<Rule>();
  let left = series.length;
  for (const view of viewsOf(series)) {
    if (left-- > steadyPolls || view === null) continue;
    for (const rule of all) if (rule.look(view).length > 0) seen.add(rule);
  }
  return all.filter((rule) => seen.has(rule));
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
