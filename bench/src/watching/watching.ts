import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { takeSample } from '../cost/sample.ts';
import { startPeer, startUpstream } from '../cost/servers.ts';
import { rangeOf } from '../cost/summary.ts';
import { pinning } from '../process/pin.ts';
import { requireWrk } from '../wrk.ts';
import { Watchers } from './watchers.ts';

interface WatchingOptions {
  rounds: number;
  seconds: number;
  settle: number;
  connections: number;
  pin: boolean;
}

async function run(options: WatchingOptions): Promise<void> {
  requireWrk();
  const pins = pinning(options.pin);
  const load = { seconds: options.seconds, connections: options.connections, postBytes: undefined };
  const upstream = await startUpstream(1024, pins);
  const target = { url: `http://127.0.0.1:${upstream.port}`, connections: options.connections };
  const proxy = await startPeer('spillway', target, pins);
  const ratios: number[] = [];
  try {
    console.log(`${options.rounds} rounds of ${options.seconds} s, unwatched and watched in turns`);
    await delay(options.settle * 1000);
    await takeSample(proxy, upstream, 0, load, pins.load);
    for (let round = 1; round <= options.rounds; round++) {
      const cost = { unwatched: 0, watched: 0 };
      // Who goes first changes, so that a drift of the machine falls on both.
      const order = round % 2 === 1 ? [false, true] : [true, false];
      for (const watched of order) {
        const watchers = watched ? Watchers.start(proxy.port) : null;
        const sample = await takeSample(proxy, upstream, round, load, pins.load);
        const polls = watchers?.stop() ?? 0;
        cost[watched ? 'watched' : 'unwatched'] = sample.cpuUsPerRequest;
        const what = watched ? `watched, ${polls} polls` : 'unwatched';
        console.log(`round ${round}  ${sample.cpuUsPerRequest.toFixed(2)} us a request  ${what}`);
      }
      ratios.push(cost.watched / cost.unwatched);
    }
  } finally {
    await Promise.all([proxy.stop(), upstream.stop()]);
  }
  const { median, min, max } = rangeOf(ratios);
  console.log(`watched / unwatched: ${median.toFixed(4)} (${min.toFixed(4)}..${max.toFixed(4)})`);
}

/** What an open dashboard and a monitor add to the CPU time of a request. */
export const watching: Benchmark = {
  command: () =>
    new Command('watching')
      .description('CPU time a request, with and without a dashboard and a monitor')
      .option('--rounds <n>', 'pairs of measurements', readWhole, 10)
      .option('--seconds <n>', 'seconds a measurement', readWhole, 10)
      .option('--settle <n>', 'seconds from the start of the proxy to its load', readWhole, 10)
      .option('--connections <n>', 'connections of wrk', readWhole, 50)
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
