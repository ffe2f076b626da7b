// How fast the engines are, beside autocannon and wrk, on this machine now:
//   node --conditions=@spillway/source apps/loadtest/test/engine/engine-speed.ts [rounds] [seconds]
// The generators take turns on one core, the server has another. Requests a second depend on who else uses the
// machine; requests a second of CPU time hardly do.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startBackend } from '@spillway/backend';
import autocannon from 'autocannon';
import { runClosed } from '../../src/engine/closed/autocannon-engine.ts';
import type { Observer } from '../../src/engine/engine.ts';
import { runOpen } from '../../src/engine/open/open-engine.ts';
import { closedPlan, duration, never, openPlan, requestTo } from './support/plans.ts';

interface Figures {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const connections = 50;
const [mode = '3', ...args] = process.argv.slice(2);

class Counter implements Observer {
  ok = 0;
  onSent(): void {}
  onDropped(): void {}
  onEnded({ outcome }: { outcome: string }): void {
    if (outcome === 'ok') this.ok++;
  }
}

const generators: Record<string, (url: string, ms: number) => Promise<number>> = {
  async autocannon(url, ms) {
    const result = await autocannon({ url, connections, duration: ms / 1000 });
    return result.requests.total;
  },
  async closed(url, ms) {
    const counter = new Counter();
    await runClosed(closedPlan(requestTo(url), duration(ms), connections), counter, never);
    return counter.ok;
  },
  async open(url, ms) {
    const counter = new Counter();
    const most = { maxInFlight: connections * 2 };
    await runOpen(openPlan(requestTo(url), duration(ms), 120_000, most), counter, never);
    return counter.ok;
  },
};

/** Answers whatever comes in one piece, so that the generators are what is measured. */
function serveFast(): void {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', () => socket.write(answer));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())));
}

async function serveLimited(): Promise<void> {
  const { port } = await startBackend({ workers: 8, latency: '20ms' });
  console.log(JSON.stringify({ port }));
}

async function generate(name: string, url: string, ms: number): Promise<void> {
  const run = generators[name]!;
  await run(url, 500);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const count = await run(url, ms);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({ perSecond: count / seconds, perCpuSecond: (count * 1e6) / (user + system) }),
  );
}

const canPin = spawnSync('taskset', ['-V']).error === undefined;

function start(core: number, command: string[]): ChildProcess {
  const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}

const self = (...words: string[]) => [
  process.execPath,
  ...process.execArgv,
  fileURLToPath(import.meta.url),
  ...words,
];

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk).split('\n')[0] ?? ''));
    child.once('error', reject);
  });
}

async function serverOf(kind: string): Promise<{ url: string; stop(): void }> {
  const child = start(1, self(kind));
  const { port } = JSON.parse(await firstLine(child)) as { port: number };
  return { url: `http://127.0.0.1:${port}/`, stop: () => child.kill() };
}

async function measure(name: string, url: string, ms: number): Promise<Figures> {
  return JSON.parse(await firstLine(start(0, self('generate', name, url, String(ms)))));
}

async function wrkRate(url: string, seconds: number): Promise<number | null> {
  if (spawnSync('wrk', ['-v']).error) return null;
  const child = start(0, ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, url]);
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const whole = (value: number) => Math.round(value).toLocaleString('en').padStart(9);

async function compare(rounds: number, seconds: number): Promise<void> {
  console.log(canPin ? 'generators on core 0, server on core 1' : 'not pinned: no taskset');
  const fast = await serverOf('fast');
  const figures: Record<string, Figures[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(generators)) {
      figures[name] ??= [];
      figures[name].push(await measure(name, fast.url, seconds * 1000));
    }
  }
  fast.stop();
  const medians = Object.entries(figures).map(([name, all]) => ({
    name,
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    perCpuSecond: median(all.map(({ perCpuSecond }) => perCpuSecond)),
  }));
  const plain = medians[0]!;
  console.log(`medians of ${rounds} rounds      a second    ratio   a CPU second    ratio`);
  for (const { name, perSecond, perCpuSecond } of medians) {
    const ratio = (perSecond / plain.perSecond).toFixed(2);
    const cpuRatio = (perCpuSecond / plain.perCpuSecond).toFixed(2);
    console.log(
      `${name.padEnd(24)}${whole(perSecond)}     ${ratio}      ${whole(perCpuSecond)}     ${cpuRatio}`,
    );
  }
  const limited = await serverOf('limited');
  const wrk = await wrkRate(limited.url, seconds);
  const closed = await measure('closed', limited.url, seconds * 1000);
  limited.stop();
  console.log(
    `8 slots of 20 ms, so 400 a second at most: closed ${closed.perSecond.toFixed(1)}, wrk`,
  );
  console.log(wrk === null ? 'is missing' : `${wrk}, ratio ${(closed.perSecond / wrk).toFixed(3)}`);
}

if (mode === 'fast') serveFast();
else if (mode === 'limited') await serveLimited();
else if (mode === 'generate') await generate(args[0]!, args[1]!, Number(args[2]));
else await compare(Number(mode), Number(args[0] ?? 3));
