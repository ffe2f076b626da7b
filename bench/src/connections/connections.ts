import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@spillway/test-kit/free-port';
import { Command } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { alignColumns } from '../cost/table.ts';
import { proxyCommand } from '../peers/spillway.ts';
import { type Child, startChild } from '../process/child.ts';
import { type Pinning, pinning } from '../process/pin.ts';
import { cpuUs, residentBytes } from '../process/usage.ts';
import { holdConnections } from './held.ts';

interface ConnectionsOptions {
  readonly idle: number;
  readonly streams: number;
  readonly seconds: number;
  readonly pin: boolean;
}

const engines = ['lean', 'node'] as const;

/** What a proxy needs for connections that it holds. */
interface Holding {
  readonly growthMiB: number;
  /** Microseconds of CPU a second, for all of them. */
  readonly cpuUsPerSecond: number;
}

const upstreamMain = fileURLToPath(new URL('./upstream.ts', import.meta.url));

async function run(options: ConnectionsOptions): Promise<void> {
  const pins = pinning(options.pin);
  const { idle, streams } = options;
  const upstreamPort = await freePort();
  const command = [process.execPath, upstreamMain, String(upstreamPort)];
  const upstream = await startChild('upstream', pins.load(command), upstreamPort);
  const rows = [['engine', 'connections', 'RSS grows, MiB', 'KiB each', 'us CPU a second']];
  try {
    for (const engine of engines) {
      const row = (what: string, count: number, { growthMiB, cpuUsPerSecond }: Holding) =>
        rows.push([
          engine,
          `${count} ${what}`,
          growthMiB.toFixed(1),
          ((growthMiB * 1024) / count).toFixed(2),
          cpuUsPerSecond.toFixed(0),
        ]);
      row('idle', idle, await held(engine, '/', idle, upstream, options, pins));
      row('streams', streams, await held(engine, '/events', streams, upstream, options, pins));
    }
  } finally {
    await upstream.stop();
  }
  console.log(`${pins.description}; Node ${process.version}\n\n${alignColumns(rows)}`);
}

/** A proxy of its own for each measurement: what one has grown to, the next would not grow by. */
async function held(
  engine: string,
  path: string,
  count: number,
  upstream: Child,
  { seconds }: ConnectionsOptions,
  pins: Pinning,
): Promise<Holding> {
  const proxy = await startProxy(engine, upstream.port, count, pins);
  try {
    // What the first requests cost once is none of the connections'.
    for (let round = 0; round < 5; round++) {
      for (const socket of await holdConnections(proxy.port, 200, '/')) socket.destroy();
    }
    await delay(2000);
    const before = residentBytes(proxy.pid);
    const sockets = await holdConnections(proxy.port, count, path);
    await delay(2000);
    const cpu = cpuUs(proxy.pid);
    await delay(seconds * 1000);
    const cpuUsPerSecond = (cpuUs(proxy.pid) - cpu) / seconds;
    const growthMiB = (residentBytes(proxy.pid) - before) / 2 ** 20;
    for (const socket of sockets) socket.destroy();
    return { growthMiB, cpuUsPerSecond };
  } finally {
    await proxy.stop();
  }
}

async function startProxy(
  engine: string,
  target: number,
  connections: number,
  pins: Pinning,
): Promise<Child> {
  const port = await freePort();
  const url = `http://127.0.0.1:${target}`;
  const command = [
    ...proxyCommand({ url, connections }, port),
    ...['--no-access-log', '--engine', engine, '--client-idle-timeout', '10m'],
  ];
  return startChild(engine, pins.proxy(command), port);
}

/** What it takes to hold connections on which nothing, or little, happens. */
export const connections: Benchmark = {
  command: () =>
    new Command('connections')
      .description('memory and CPU time for idle connections and for streams, on both engines')
      .option('--idle <n>', 'connections that have asked once', readWhole, 10_000)
      .option('--streams <n>', 'streams with an event a second', readWhole, 1000)
      .option('--seconds <n>', 'seconds in which CPU time is measured', readWhole, 10)
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
