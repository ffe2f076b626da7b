import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { type Benchmark, CannotRun } from '../benchmark.ts';
import { isPeerName, type PeerName, peerNames, peers } from '../peers/index.ts';
import type { Child } from '../process/child.ts';
import { type Pinning, pinning } from '../process/pin.ts';
import { requireWrk } from '../wrk.ts';
import { readWhole } from './read-whole.ts';
import { mostForeign, type Sample, takeQuietSample, takeSample } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { startPeer, startUpstream } from './servers.ts';
import { summarize } from './summary.ts';
import { costTable, overview } from './table.ts';
import { verifyProxy } from './verify.ts';

interface CostOptions {
  rounds: number;
  seconds: number;
  settle: number;
  warmUp: number;
  scenario?: string[];
  only?: string[];
  json?: string;
  pin: boolean;
}

/** What costs are compared with: the best there is, and the usual way to forward with undici. */
const bases = ['haproxy', 'bare'] as const;

/** One core is shared by upstream and clients: above this the upstream may be what limits. */
const busyUpstream = 0.8;

async function chosenPeers(only: string[] | undefined): Promise<PeerName[]> {
  const there: PeerName[] = [];
  for (const name of only ?? peerNames) {
    if (!isPeerName(name))
      throw new CannotRun(`no peer "${name}"; there are ${peerNames.join(', ')}`);
    const peer = await peers[name]();
    const needs = peer.kind === 'command' ? peer.needs : undefined;
    if (needs !== undefined && spawnSync(needs, ['-v'], { stdio: 'ignore' }).error) {
      console.log(`left out: ${name}, no ${needs} here`);
    } else {
      there.push(name);
    }
  }
  return there;
}

function chosenScenarios(names: string[] | undefined): readonly Scenario[] {
  const known = scenarios.map(({ name }) => name);
  for (const name of names ?? []) {
    if (!known.includes(name)) {
      throw new CannotRun(`no scenario "${name}"; there are ${known.join(', ')}`);
    }
  }
  return names === undefined ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

/** One scenario, with an upstream and proxies of its own. */
async function measure(
  scenario: Scenario,
  names: readonly PeerName[],
  options: CostOptions,
  pins: Pinning,
): Promise<Sample[]> {
  const children: Child[] = [];
  const samples: Sample[] = [];
  try {
    const upstream = await startUpstream(pins);
    children.push(upstream);
    const { connections } = scenario;
    const target = { url: `http://127.0.0.1:${upstream.port}`, connections };
    const proxies: Child[] = [];
    for (const name of names) {
      const proxy = await startPeer(name, target, pins);
      children.push(proxy);
      proxies.push(proxy);
      await verifyProxy(proxy, scenario);
    }
    // On Node 26 a piping proxy that is loaded within about five seconds of its start can stay in a state
    // in which dead objects keep being promoted: a third more CPU a request, for as long as it runs.
    // Without this wait it hits whoever is measured first.
    await delay(options.settle * 1000);
    // The first seconds are the compiler's: not counted.
    for (const proxy of proxies) {
      await takeSample(scenario, { proxy, upstream }, 0, options.warmUp, pins);
    }
    for (let round = 1; round <= options.rounds; round++) {
      for (const proxy of proxies) {
        const servers = { proxy, upstream };
        samples.push(await takeQuietSample(scenario, servers, round, options.seconds, pins));
      }
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
  return samples;
}

function printWarnings(samples: readonly Sample[]): void {
  const upstreamShare = Math.max(...samples.map((sample) => sample.upstreamShare));
  if (upstreamShare > busyUpstream) {
    console.log(`The upstream used up to ${Math.round(upstreamShare * 100)} % of a core.`);
  }
  const disturbed = samples.filter(({ foreignShare }) => foreignShare > mostForeign).length;
  if (disturbed > 0) {
    console.log(
      `In ${disturbed} of ${samples.length} samples others ran on the proxy's core, however often they were repeated.`,
    );
  }
}

async function run(options: CostOptions): Promise<void> {
  requireWrk();
  const names = await chosenPeers(options.only);
  const pins = pinning(options.pin);
  const { rounds, seconds } = options;
  const environment = `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`;
  console.log(`${environment}; ${pins.description}; ${rounds} rounds of ${seconds} s each`);
  const results = [];
  let failures = 0;
  for (const scenario of chosenScenarios(options.scenario)) {
    console.log(`\n${scenario.name}: ${scenario.what}`);
    const able = names.filter((name) => !scenario.without?.includes(name));
    const samples = await measure(scenario, able, options, pins);
    const summaries = summarize(samples, bases);
    console.log(costTable(summaries, bases, scenario.unit));
    printWarnings(samples);
    failures += samples.reduce((sum, sample) => sum + sample.failures, 0);
    results.push({ scenario: scenario.name, what: scenario.what, summaries, samples });
  }
  if (results.length > 1) {
    for (const base of bases) if (names.includes(base)) console.log(`\n${overview(results, base)}`);
  }
  if (options.json) {
    const report = { environment, pinning: pins.description, options, results };
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (failures > 0) {
    console.error('\nSome requests failed: these costs are not comparable.');
    process.exitCode = 4;
  }
}

/** CPU time that a request costs in each proxy: user and system time of its process, by requests answered. */
export const cost: Benchmark = {
  command: () =>
    new Command('cost')
      .description('CPU time a request costs in each proxy')
      .option('--rounds <n>', 'rounds; each measures every proxy once', readWhole, 5)
      .option('--seconds <n>', 'seconds a measurement', readWhole, 2)
      .option('--settle <n>', 'seconds from the start of the proxies to their load', readWhole, 10)
      .option('--warm-up <n>', 'seconds before the first round, each proxy', readWhole, 3)
      .option('--scenario <names...>', `of ${scenarios.map(({ name }) => name).join(', ')}`)
      .option('--only <names...>', `of ${peerNames.join(', ')}`)
      .option('--json <file>', 'write all samples there')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
