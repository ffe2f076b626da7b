import type { SimulationResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** What is searched. */
interface TunedSettings {
  readonly maxConcurrentRequests: number;
  readonly maxQueueSize: number;
  readonly queueTimeoutMs: number;
}

/** One world that is not quite the one described, with the settings found for that. */
interface Misjudged {
  readonly what:
    | 'as described'
    | 'slower'
    | 'faster'
    | 'busier'
    | 'limit too low'
    | 'limit too high';
  readonly result: SimulationResult;
}

export interface Optimum {
  readonly settings: TunedSettings;
  /** First the world as described. */
  readonly worlds: readonly Misjudged[];
  /** Settings played to find them. */
  readonly tried: number;
}

/** Worse by no more than this is as good, and then the response times decide. */
const asGood = 0.02;
const limitStep = 1.25;
/** Of the limit. */
const queueShares = [0, 0.25, 0.5, 1, 2, 4, 8];
const waitStep = 2;
const shortestWaitMs = 10;
/** By how much it may be wrong. */
const third = 4 / 3;

/**
 * The limit, queue and longest wait that give most good responses in the described world and, among those that give as many, the quickest; and
 * what they give where the world or the limit is a third otherwise. One setting after the other, twice.
 */
export function optimize(scenario: Scenario): Optimum {
  const played = new Map<string, SimulationResult>();
  const play = (settings: TunedSettings): SimulationResult => {
    const key = Object.values(settings).join();
    const result = played.get(key) ?? simulate(withSettings(scenario, settings));
    played.set(key, result);
    return result;
  };
  const { maxQueueSize, queueTimeoutMs } = scenario.proxy;
  let best: TunedSettings = { maxConcurrentRequests: 1, maxQueueSize, queueTimeoutMs };
  for (let round = 0; round < 2; round++) {
    const from = best;
    const first = round === 0;
    best = bestOf(
      limits().map((limit) => ({
        ...from,
        maxConcurrentRequests: limit,
        // A queue that is too long for the clients' patience would hide which limit is good.
        maxQueueSize: first ? Math.min(limit, from.maxQueueSize) : from.maxQueueSize,
      })),
      play,
    );
    const { maxConcurrentRequests: limit } = best;
    const queues = queueShares.map((share) => Math.round(share * limit));
    best = bestOf(
      [...queues, maxQueueSize].map((n) => ({ ...best, maxQueueSize: n })),
      play,
    );
    const waits = waitsUpTo(queueTimeoutMs);
    best = bestOf(
      waits.map((ms) => ({ ...best, queueTimeoutMs: ms })),
      play,
    );
  }
  return { settings: best, worlds: misjudged(scenario, best), tried: played.size };
}

/** Geometric, up to what is beyond anybody's backend that a simulation is made for. */
function limits(): number[] {
  const all: number[] = [];
  for (let n = 1; n <= 500; n = Math.max(n + 1, Math.round(n * limitStep))) all.push(n);
  return all;
}

function waitsUpTo(mostMs: number): number[] {
  const all = [mostMs];
  for (let ms = mostMs / waitStep; ms >= shortestWaitMs; ms /= waitStep) all.push(Math.round(ms));
  return all;
}

function bestOf(
  all: readonly TunedSettings[],
  play: (settings: TunedSettings) => SimulationResult,
): TunedSettings {
  const runs = all.map((settings) => ({ settings, result: play(settings) }));
  // More than is possible is a backlog of the warm-up.
  const share = ({ goodShare }: SimulationResult): number => Math.min(1, goodShare);
  const most = Math.max(...runs.map(({ result }) => share(result)));
  const good = runs.filter(({ result }) => share(result) >= (1 - asGood) * most);
  const slowness = ({ all: tally }: SimulationResult): number => tally.responseMs.p95 ?? Infinity;
  return good.reduce((a, b) => (slowness(b.result) < slowness(a.result) ? b : a)).settings;
}

function misjudged(scenario: Scenario, settings: TunedSettings): Misjudged[] {
  const found = withSettings(scenario, settings);
  const limit = (maxConcurrentRequests: number): Scenario =>
    withSettings(scenario, { ...settings, maxConcurrentRequests });
  const { maxConcurrentRequests: n } = settings;
  const worlds: readonly (readonly [Misjudged['what'], Scenario])[] = [
    ['as described', found],
    ['slower', otherwise(found, { service: third, load: 1 })],
    ['faster', otherwise(found, { service: 1 / third, load: 1 })],
    ['busier', otherwise(found, { service: 1, load: third })],
    ['limit too low', limit(Math.max(1, Math.floor(n / third)))],
    ['limit too high', limit(Math.ceil(n * third))],
  ];
  return worlds.map(([what, world]) => ({ what, result: simulate(world) }));
}

const withSettings = (scenario: Scenario, settings: TunedSettings): Scenario => ({
  ...scenario,
  proxy: { ...scenario.proxy, ...settings },
});

/** All service times, and all rates, so many times as large. */
function otherwise(
  scenario: Scenario,
  { service, load }: { service: number; load: number },
): Scenario {
  const { backend, groups } = scenario;
  const scaled = <T extends { meanMs: number; quantileMs(p: number): number }>(times: T) => ({
    meanMs: times.meanMs * service,
    quantileMs: (p: number) => times.quantileMs(p) * service,
  });
  return {
    ...scenario,
    backend: { ...backend, service: scaled(backend.service) },
    groups: groups.map((group) => ({
      ...group,
      ratePerSecond: group.ratePerSecond * load,
      service: group.service === null ? null : scaled(group.service),
    })),
  };
}
