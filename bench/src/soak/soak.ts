import { fileURLToPath } from 'node:url';
import { seededRandom } from '@spillway/core/testing';
import { freePort } from '@spillway/test-kit/free-port';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { alignColumns } from '../cost/table.ts';
import { proxyCommand } from '../peers/spillway.ts';
import { type Child, startChild } from '../process/child.ts';
import { type Pinning, pinning } from '../process/pin.ts';
import { cpuUs } from '../process/usage.ts';
import { requireWrk, runWrk } from '../wrk.ts';
import { type Measure, measureNames, measures, Sampler } from './sampler.ts';
import { isSteeper } from './slope.ts';
import { playTrouble, troubles } from './troubles.ts';

interface SoakOptions extends Readonly<Record<Measure, number>> {
  readonly seconds: number;
  readonly warmUp: number;
  readonly share: number;
  readonly troubles: number;
  readonly failed: number;
  readonly engine?: string;
  readonly pin: boolean;
}

/** Of the load: many, so that the pause between their requests can be told in whole milliseconds. */
const connections = 200;
const looksEveryMs = 1000;

const upstreamMain = fileURLToPath(new URL('./upstream.ts', import.meta.url));

async function run(options: SoakOptions): Promise<void> {
  requireWrk();
  const pins = pinning(options.pin);
  const upstream = await startUpstream(pins);
  let proxy: Child | null = null;
  try {
    proxy = await startProxy(upstream.port, options, pins);
    pins.here();
    await soakOne(proxy, options, pins);
  } finally {
    await Promise.all([upstream.stop(), proxy?.stop()]);
  }
}

async function soakOne(proxy: Child, options: SoakOptions, pins: Pinning): Promise<void> {
  const load = { url: `http://127.0.0.1:${proxy.port}/`, connections, postBytes: undefined };
  await runWrk({ ...load, seconds: 5 }, pins.load);
  const most = await runWrk({ ...load, seconds: 5 }, pins.load);
  const rate = (options.share * most.requests) / most.seconds;
  const pauseMs = Math.max(1, Math.round((connections / rate) * 1000 - most.p50Ms * 0.2));
  console.log(
    `${pins.description}; at most ${round(most.requests / most.seconds)} requests/s, ${round(rate)} wanted, ${options.troubles} troubles/s`,
  );

  const sampler = new Sampler(proxy);
  const stopTroubles = startTroubles(proxy.port, options.troubles);
  const begun = { ms: performance.now(), cpuUs: cpuUs(proxy.pid) };
  const seconds = options.warmUp + options.seconds;
  const loaded = runWrk({ ...load, seconds, pauseMs }, pins.load);
  const stopLooking = lookAt(sampler, options.warmUp * 1000);
  const result = await loaded;
  const [played] = await Promise.all([stopTroubles(), stopLooking()]);
  const busy = (cpuUs(proxy.pid) - begun.cpuUs) / 1000 / (performance.now() - begun.ms);

  const failed = result.badStatuses + result.socketErrors;
  console.log(
    `${seconds} s: ${round(result.requests / result.seconds)} requests/s, of ${result.requests} ${result.badStatuses} refused and ${result.socketErrors} broken off or late; p99 ${result.p99Ms.toFixed(1)} ms; ${played} troubles; ${round(busy * 100)} % of a core\n`,
  );
  console.log(table(sampler, options));
  const steep = measureNames.filter((name) => isSteeper(sampler.slope(name), options[name]));
  for (const name of steep) console.error(`\nRises too fast: ${measures[name]}.`);
  const harmed = failed > options.failed * result.requests;
  if (harmed)
    console.error('\nRequests of the load failed: troubles of some are to harm nobody else.');
  if (steep.length > 0 || harmed) process.exitCode = 1;
}

async function startUpstream(pins: Pinning): Promise<Child> {
  const port = await freePort();
  return startChild('upstream', pins.load([process.execPath, upstreamMain, String(port)]), port);
}

async function startProxy(target: number, { engine }: SoakOptions, pins: Pinning): Promise<Child> {
  const port = await freePort();
  const url = `http://127.0.0.1:${target}`;
  const command = [
    ...proxyCommand({ url, connections: 2 * connections }, port),
    ...['--no-access-log', '--read-timeout', '3s', '--circuit-breaker-threshold', '0'],
    // Troubles of an upstream are not to be the load's: what is refused would fail.
    ...['--retry-backoff-factor', '0.01', '--max-queue-size', '1000'],
    ...(engine === undefined ? [] : ['--engine', engine]),
  ];
  return startChild('spillway', pins.proxy(command), port);
}

/** Plays troubles drawn at random; the returned function ends that, and tells how many there were. */
function startTroubles(port: number, perSecond: number): () => Promise<number> {
  const random = seededRandom(1);
  const under = new Set<Promise<void>>();
  let played = 0;
  const begin = () => {
    played += 1;
    const trouble = troubles[Math.floor(random() * troubles.length)];
    if (trouble === undefined) return;
    const playing = playTrouble(trouble, port).finally(() => under.delete(playing));
    under.add(playing);
  };
  const timer = setInterval(begin, 1000 / perSecond);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
    return played;
  };
}

/** Looks every second from `afterMs` on; the returned function ends that. */
function lookAt(sampler: Sampler, afterMs: number): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let timer = setTimeout(function again() {
    timer = setTimeout(again, looksEveryMs);
    looking = sampler.look();
  }, afterMs);
  return () => {
    clearTimeout(timer);
    return looking;
  };
}

function table(sampler: Sampler, options: SoakOptions): string {
  const first = sampler.samples[0];
  const last = sampler.samples.at(-1);
  const rows = measureNames.map((name) => {
    const slope = sampler.slope(name);
    return [
      measures[name],
      `${first?.[name].toFixed(1)} to ${last?.[name].toFixed(1)}`,
      `${slope.perMinute.toFixed(2)} +- ${slope.error.toFixed(2)}`,
      `${options[name]}`,
    ];
  });
  return alignColumns([['', 'from, to', 'slope a minute', 'bound'], ...rows]);
}

const round = (value: number): string => value.toFixed(0);

function readNumber(text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0)) throw new InvalidArgumentError('expected a number.');
  return value;
}

/** Whether a proxy stays as it is: near its maximum, with clients that leave and an upstream that fails. */
export const soak: Benchmark = {
  command: () =>
    new Command('soak')
      .description('whether memory, descriptors and event-loop delay stay flat')
      .option('--seconds <n>', 'seconds that are judged', readWhole, 600)
      .option('--warm-up <n>', 'seconds before', readWhole, 60)
      .option('--share <n>', "of the proxy's maximum", readNumber, 0.7)
      .option('--troubles <n>', 'clients a second that are a burden', readWhole, 100)
      .addOption(new Option('--engine <name>', 'instead of the default').choices(['lean', 'node']))
      .option('--rss <MiB>', 'most by which the RSS may rise a minute', readNumber, 1)
      .option('--descriptors <n>', 'the same of open descriptors', readNumber, 2)
      .option('--delay <ms>', 'the same of the median event-loop delay', readNumber, 0.2)
      .option('--tail <ms>', 'the same of its 99th percentile', readNumber, 2)
      // A machine that others use stands still at times.
      .option('--failed <n>', "share of the load's requests that may fail", readNumber, 0.001)
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
