import type { LimiterHooks } from '@spillway/core';
import { Arrivals } from './arrivals.ts';
import { type BackendTally, SimulatedBackend } from './backend.ts';
import { type Expected, expectedOver } from './capacity.ts';
import { checkScenario } from './check-scenario.ts';
import { ClientRequest } from './client-request.ts';
import type { FrontDoor } from './front-door.ts';
import { Ledger } from './ledger.ts';
import { PhaseScript } from './phase-script.ts';
import { randomStream } from './random-streams.ts';
import { recoveries } from './recovery.ts';
import type { SimulationResult } from './result.ts';
import type { ClientGroup, Scenario } from './scenario.ts';
import { SimulatedProxy } from './simulated-proxy.ts';
import { sumOf, tallyOf } from './summarise.ts';
import { Unprotected } from './unprotected.ts';
import { VirtualTime } from './virtual-time.ts';

/** Plays the scenario to its end; the same one always ends the same. Throws RangeError on nonsense. */
export function simulate(scenario: Scenario): SimulationResult {
  checkScenario(scenario);
  const { durationMs, warmUpMs, groups } = scenario;
  const time = new VirtualTime();
  const script = new PhaseScript(scenario.phases);
  const ledger = new Ledger(scenario);
  const backend = new SimulatedBackend(scenario.backend, script, time);
  const door = openDoor(scenario, backend, time, {
    onQueued: (queued) => ledger.queueIs(queued, time.now()),
  });
  for (const group of groups) startGroup({ scenario, group, script, door, time, ledger });

  time.run(warmUpMs);
  const before = backend.tally;
  time.run(durationMs);
  const after = backend.tally;
  // The load stays on until the last that counts has ended: those behind them must not have it easier.
  time.run(2 * durationMs, () => ledger.outstanding === 0);

  const proxy = door instanceof SimulatedProxy ? door : null;
  const all = tallyOf(sumOf(ledger.groups.values()));
  const countedSeconds = (durationMs - warmUpMs) / 1000;
  const expected = expectedOver(scenario, script, warmUpMs, durationMs);
  const possible = possibleOf(scenario, script, expected, all.offered / countedSeconds);
  const goodPerSecond = ledger.goodWhileCounting / countedSeconds;
  const named = groups.map((group) => [group.name, tallyOf(ledger.groups.get(group)!)] as const);
  return {
    offeredPerSecond: expected.offered,
    capacityPerSecond: expected.capacity,
    possiblePerSecond: possible,
    goodPerSecond,
    goodShare: possible === 0 ? 0 : goodPerSecond / possible,
    all,
    groups: Object.fromEntries(named),
    answeredLate: after.servedForNobody - before.servedForNobody,
    ...useOf(before, after, scenario.backend.workers * countedSeconds * 1000),
    longestQueue: ledger.longestQueue,
    longestBackendQueue: backend.longestQueue,
    limitAtEnd: proxy?.permits.limit ?? null,
    breakerOpened: proxy?.target.breaker.openedTotal ?? 0,
    recoveries: recoveries(scenario, script, ledger.seconds),
    seconds: ledger.seconds,
  };
}

function openDoor(
  { protection, proxy, seed }: Scenario,
  backend: SimulatedBackend,
  time: VirtualTime,
  hooks: LimiterHooks,
): FrontDoor {
  const luck = randomStream(seed, 'luck');
  if (protection === 'none') return new Unprotected(backend, luck);
  const jitter = randomStream(seed, 'jitter');
  return new SimulatedProxy({ settings: proxy, protection, backend, time, luck, jitter, hooks });
}

function startGroup(world: {
  scenario: Scenario;
  group: ClientGroup;
  script: PhaseScript;
  door: FrontDoor;
  time: VirtualTime;
  ledger: Ledger;
}): void {
  const { scenario, group, script, door, time, ledger } = world;
  const { seed, arrivals: kind, backend } = scenario;
  const { ratePerSecond, name } = group;
  const random = randomStream(seed, `arrivals ${name}`);
  const arrivals = new Arrivals({ ratePerSecond, kind, script, random });
  const work = randomStream(seed, `work ${name}`);
  const service = group.service ?? backend.service;
  const arrive = (): void => {
    awaitNext();
    const serviceMs = service.quantileMs(work());
    const request = new ClientRequest({ group, serviceMs, door, time, ledger });
    ledger.arrived(request);
    request.send();
  };
  const awaitNext = (): void => {
    const atMs = arrivals.next();
    if (atMs < Infinity) time.at(atMs, arrive);
  };
  awaitNext();
}

/** What is possible with as many requests as really came: chance is no fault of the settings. */
function possibleOf(
  scenario: Scenario,
  script: PhaseScript,
  expected: Expected,
  cameToPerSecond: number,
): number {
  if (expected.offered === 0) return 0;
  const { warmUpMs, durationMs } = scenario;
  const busyness = cameToPerSecond / expected.offered;
  return expectedOver(scenario, script, warmUpMs, durationMs, busyness).ideal;
}

/** Shares of the workers' time. */
function useOf(before: BackendTally, after: BackendTally, workerMs: number) {
  return {
    utilisation: (after.busyMs - before.busyMs) / workerMs,
    wasted: (after.wastedMs - before.wastedMs) / workerMs,
  };
}
