import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { type Benchmark, CannotRun } from '../benchmark.ts';
import { isPeerName, peerNames } from '../peers/index.ts';
import type { Child } from '../process/child.ts';
import { pinning } from '../process/pin.ts';
import { requireWrk } from '../wrk.ts';
import { readWhole } from './read-whole.ts';
import { type Sample, takeSample } from './sample.ts';
import { startPeer, startUpstream } from './servers.ts';
import { summarize } from './summary.ts';
import { costTable } from './table.ts';
import { verifyProxy } from './verify.ts';

interface CostOptions {
  rounds: number;
  seconds: number;
  settle: number;
  warmUp: number;
  connections: number;
  payload: number;
  post?: number | true;
  only?: string[];
  json?: string;
  pin: boolean;
}

/** What costs are compared with: the usual way to forward with undici, the leanest, and no access log. */
const bases = ['bare', 'bare-dispatch', 'spillway'] as const;

/** One core is shared by upstream and wrk: above this the upstream may be what limits. */
const busyUpstream = 0.8;

function chosenPeers(only: string[] | undefined) {
  const names = only ?? peerNames;
  for (const name of names) {
    if (!isPeerName(name))
      throw new CannotRun(`no peer "${name}"; there are ${peerNames.join(', ')}`);
  }
  return names.filter(isPeerName);
}

async function run(options: CostOptions): Promise<void> {
  requireWrk();
  const names = chosenPeers(options.only);
  const pins = pinning(options.pin);
  const postBytes = options.post === true ? 1024 : options.post;
  const { connections, payload, rounds, seconds } = options;
  const children: Child[] = [];
  const samples: Sample[] = [];
  const environment = `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`;
  const request = postBytes === undefined ? 'GET' : `POST of ${postBytes} bytes`;
  console.log(`${environment}; ${pins.description}`);
  console.log(
    `${request}, answer ${payload} bytes, ${connections} connections, ${rounds} rounds of ${seconds} s each\n`,
  );
  try {
    const upstream = await startUpstream(payload, pins);
    children.push(upstream);
    const target = { url: `http://127.0.0.1:${upstream.port}`, connections };
    const proxies: Child[] = [];
    for (const name of names) {
      const proxy = await startPeer(name, target, pins);
      children.push(proxy);
      proxies.push(proxy);
      await verifyProxy(proxy, payload, postBytes);
    }
    const load = { seconds, connections, postBytes };
    // On Node 26 a piping proxy that is loaded within about five seconds of its start can stay in a state
    // in which dead objects keep being promoted: a third more CPU a request, for as long as it runs.
    // Without this wait it hits whoever is measured first.
    await delay(options.settle * 1000);
    // The first seconds are the compiler's: not counted.
    for (const proxy of proxies) {
      await takeSample(proxy, upstream, 0, { ...load, seconds: options.warmUp }, pins.load);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const proxy of proxies) {
        const sample = await takeSample(proxy, upstream, round, load, pins.load);
        samples.push(sample);
        const cost = `${sample.cpuUsPerRequest.toFixed(1)} us`.padStart(9);
        console.log(`round ${round}  ${proxy.name.padEnd(16)}${cost}`);
      }
    }
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
  const summaries = summarize(samples, bases);
  console.log(`\n${costTable(summaries, bases)}`);
  const upstreamShare = Math.max(...samples.map((sample) => sample.upstreamShare));
  if (upstreamShare > busyUpstream) {
    console.log(`\nThe upstream used up to ${Math.round(upstreamShare * 100)} % of a core.`);
  }
  if (options.json) {
    const report = { environment, pinning: pins.description, options, summaries, samples };
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (summaries.some(({ badStatuses, socketErrors }) => badStatuses + socketErrors > 0)) {
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
      .option('--seconds <n>', 'seconds a measurement', readWhole, 5)
      .option('--settle <n>', 'seconds from the start of the proxies to their load', readWhole, 10)
      .option('--warm-up <n>', 'seconds before the first round, each proxy', readWhole, 3)
      .option('--connections <n>', 'connections of wrk', readWhole, 50)
      .option('--payload <bytes>', 'size of the answer', readWhole, 1024)
      .option('--post [bytes]', 'POST with a body (1024) instead of GET', readWhole)
      .option('--only <names...>', `of ${peerNames.join(', ')}`)
      .option('--json <file>', 'write all samples there')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
