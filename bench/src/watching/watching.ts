import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { startPeer } from '../cost/servers.ts';
import { pinning } from '../process/pin.ts';
import { requireWrk, runWrk } from '../wrk.ts';
import { CountedUpstream, failingPath } from './counted-upstream.ts';
import { fullLoad, pacedLoad } from './loads.ts';
import { measureLoad } from './measure.ts';
import { priceSlices } from './price.ts';
import { shareOf } from './share.ts';
import type { Slice } from './slice.ts';
import { type Priced, pollTable, shareTable, verdictLine } from './table.ts';
import { watchers } from './watchers.ts';

interface WatchingOptions {
  rounds: number;
  sliceMs: number;
  settle: number;
  warmUp: number;
  connections: number;
  rates: string[];
  json?: string;
  pin: boolean;
}

/** More failures than the proxy keeps, so that a list of them is as long as it ever gets. */
const failingSeconds = 2;

async function run(options: WatchingOptions): Promise<void> {
  requireWrk();
  const { connections, rounds, sliceMs } = options;
  const pins = pinning(options.pin);
  pins.here();
  const environment = `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`;
  const loads = [
    fullLoad(connections, pins),
    ...options.rates.map((rate) => pacedLoad(readWhole(rate))),
  ];
  console.log(`${environment}; ${pins.description}`);
  console.log(
    `${rounds} rounds of slices of ${sliceMs} ms, unwatched and watched in a drawn order\n`,
  );

  const upstream = new CountedUpstream();
  const target = { url: `http://127.0.0.1:${await upstream.start()}`, connections };
  const proxy = await startPeer('spillway', target, pins);
  const priced: Priced[] = [];
  const slices: Record<string, Slice[]> = {};
  try {
    await delay(options.settle * 1000);
    const url = `http://127.0.0.1:${proxy.port}`;
    const warmUp = { connections, postBytes: undefined };
    await runWrk({ ...warmUp, url: url + failingPath, seconds: failingSeconds }, pins.load);
    await runWrk({ ...warmUp, url: `${url}/bench`, seconds: options.warmUp }, pins.load);
    for (const load of loads) {
      const taken = await measureLoad(proxy, upstream, load, { rounds, sliceMs });
      const prices = priceSlices(taken, load.per);
      priced.push({ load: load.name, ...prices, ...shareOf(prices, watchers) });
      slices[load.name] = taken;
    }
  } finally {
    await proxy.stop();
    upstream.stop();
  }

  const paces = watchers.map(({ name, pollsPerSecond }) => `${name} ${pollsPerSecond.toFixed(2)}`);
  console.log(`Medians, and their 95 % intervals.\n\n${pollTable(priced)}\n`);
  console.log(`All together, at their own paces (polls/s: ${paces.join(', ')}):`);
  console.log(`${shareTable(priced)}\n\n${verdictLine(priced)}`);
  if (options.json) {
    const report = {
      environment,
      pinning: pins.description,
      options,
      watchers,
      loads: priced,
      slices,
    };
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
}

/** What an open dashboard and a monitor take of the proxy's CPU time. */
export const watching: Benchmark = {
  command: () =>
    new Command('watching')
      .description("share of the proxy's CPU time that a dashboard and a monitor take")
      .option('--rounds <n>', 'rounds; each measures every watcher once', readWhole, 40)
      .option('--slice-ms <n>', 'milliseconds a measurement', readWhole, 500)
      .option('--settle <n>', 'seconds from the start of the proxy to its load', readWhole, 10)
      .option('--warm-up <n>', 'seconds of load before the first round', readWhole, 60)
      .option('--connections <n>', 'connections of wrk under full load', readWhole, 50)
      .option('--rates <n...>', 'requests a second of the other loads', ['1000', '100', '10'])
      .option('--json <file>', 'write all slices there')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
