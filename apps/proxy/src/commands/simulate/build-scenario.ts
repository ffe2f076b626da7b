import { type OptionProblem, problem } from '@spillway/options';
import type { ClientGroup, Distribution, ProxySettings, Scenario } from '@spillway/simulation';
import { Classes } from '../../service/admission/classes.ts';
import { groupProblems } from './group-problems.ts';
import { latencyReader } from './service.ts';
import type { SimulateConfig } from './simulate-options.ts';

export type BuiltScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly OptionProblem[] };

/** What is left to check once each option is valid by itself, and the scenario that they describe. */
export async function buildScenario(config: SimulateConfig): Promise<BuiltScenario> {
  const problems: OptionProblem[] = [];
  const readLatency = await latencyReader(problems);
  const service = readLatency(config.service, 'flag --service');
  const groups = groupsOf(config, readLatency);
  problems.push(...timeProblems(config), ...groupProblems(config));
  if (problems.length > 0 || service === null) return { ok: false, problems };
  const { workers, backendQueue, failing, errors, abandon, knee } = config;
  const { seed, durationMs, warmUpMs, arrivals, phases, protection } = config;
  const backend = {
    workers,
    queue: backendQueue ?? Number.POSITIVE_INFINITY,
    service,
    failing,
    errors,
    abandon,
    knee,
  };
  const run = { seed, durationMs, warmUpMs, arrivals, phases, protection };
  return { ok: true, scenario: { ...run, groups, backend, proxy: proxySettings(config) } };
}

/** What the simulated proxy is told, in its own words. */
function proxySettings(config: SimulateConfig): ProxySettings {
  const { names, shares } = new Classes(config);
  return { ...config, classes: shares.map((share, i) => ({ ...share, name: names[i]! })) };
}

function groupsOf(
  config: SimulateConfig,
  readLatency: (raw: string, source: string) => Distribution | null,
): ClientGroup[] {
  const forAll = {
    service: null,
    patienceMs: config.patienceMs ?? Number.POSITIVE_INFINITY,
    resends: config.resends,
    method: config.method,
    kind: 0,
    class: null,
    key: null,
    tellsPatience: config.patienceTold,
  };
  if (config.clientGroups.length === 0) {
    return [{ ...forAll, name: 'all', ratePerSecond: config.rate }];
  }
  return config.clientGroups.map(({ name, rate, service, patience, told, ...own }, kind) => ({
    ...forAll,
    kind,
    ...own,
    name,
    ratePerSecond: rate,
    service: service === undefined ? null : readLatency(service, `flag --group ${name}`),
    patienceMs: patience ?? forAll.patienceMs,
    tellsPatience: told ?? forAll.tellsPatience,
  }));
}

function timeProblems({ durationMs, warmUpMs, phases }: SimulateConfig): OptionProblem[] {
  const found: OptionProblem[] = [];
  if (warmUpMs >= durationMs) {
    const message = 'must be shorter than --duration: nothing would be counted';
    found.push(problem('conflict', 'flag --warm-up', message));
  }
  if (phases.some(({ fromMs }) => fromMs >= durationMs)) {
    const message = 'begins when the run is over; begin earlier or raise --duration';
    found.push(problem('conflict', 'flag --phase', message));
  }
  return found;
}
