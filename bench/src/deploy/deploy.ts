import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import type { Benchmark } from '../benchmark.ts';
import { alignColumns } from '../cost/table.ts';
import { pinning } from '../process/pin.ts';
import { judge, type Verdict } from './judge.ts';
import { play } from './play.ts';
import type { DeploySize } from './scenario.ts';

interface DeployOptions extends Omit<DeploySize, 'pauseMs' | 'everyMs' | 'baselineMs'> {
  readonly engine: string;
  readonly every: number;
  readonly baseline: number;
  readonly json?: string;
  readonly pin: boolean;
}

const pauseMs = 1000;

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('a whole number, please');
  return number;
};

async function run(options: DeployOptions): Promise<void> {
  const pins = pinning(options.pin);
  const { reloads, upgrades, pauses, perSecond, streams, waiting, engine } = options;
  console.log(`Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`);
  console.log(`${pins.description}; engine ${engine}`);
  const size = { reloads, upgrades, pauses, perSecond, streams, waiting };
  const times = { everyMs: options.every, baselineMs: options.baseline * 1000, pauseMs };
  const verdict = judge(await play({ ...size, ...times }, engine, pins));
  console.log(tableOf(verdict));
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ options, verdict }, null, 2)}\n`);
}

function tableOf(verdict: Verdict): string {
  const { sent, results, streams, aboveLimit, outOfOrder, queued, badFiles } = verdict;
  const { raw, waits, leftOut, standstillSeconds } = verdict;
  const failed = Object.entries(results).filter(([result]) => result !== '200');
  const above = Object.entries(aboveLimit).filter(([, count]) => count > 0);
  const listed = (some: readonly (readonly [string, number])[]) =>
    some.length === 0 ? 'none' : some.map(([what, count]) => `${count} x ${what}`).join(', ');
  const facts = [
    ['requests', String(sent)],
    ['failed or refused', listed(failed)],
    ['streams, whole to their end', `${streams.whole}`],
    [
      'streams broken',
      streams.faults.length === 0 ? 'none' : streams.faults.slice(0, 5).join('; '),
    ],
    ['above the limit at the backend', listed(above)],
    ['overtaken in the queue', `${outOfOrder} of ${queued} that waited`],
    [
      'bad files not refused as they should be',
      badFiles.length === 0 ? 'none' : badFiles.join('; '),
    ],
  ];
  const ms = (value: number) => value.toFixed(1);
  const lines = Object.entries(waits).map(([period, { count, p50, p99, max }]) => {
    const all = raw[period as keyof typeof raw];
    const [rawCount, rawMax] = [all?.count ?? 0, all?.max ?? 0];
    return [period, String(count), ms(p50), ms(p99), ms(max), String(rawCount), ms(rawMax)];
  });
  const head = ['wait, ms', 'requests', 'p50', 'p99', 'max', 'with standstills', 'max of those'];
  const [stood, of] = standstillSeconds;
  return [
    '',
    ...facts.map(([what, found]) => `${(what as string).padEnd(42)}${found}`),
    '',
    alignColumns([head, ...lines]),
    '',
    `Client or backend stood still for more than 10 ms in ${stood} of ${of} seconds: ${leftOut} requests left out of the waits.`,
  ].join('\n');
}

/** Reloads, pauses and upgrades under a constant load: what clients and backend notice of them. */
export const deploy: Benchmark = {
  command: () =>
    new Command('deploy')
      .description('what clients and backend notice of reloads, pauses and upgrades under load')
      .option('--reloads <n>', 'of limits, routes, targets and timeouts', whole, 200)
      .option('--upgrades <n>', 'to another process', whole, 20)
      .option('--pauses <n>', `of ${pauseMs} ms each`, whole, 5)
      .option('--every <ms>', 'between two changes', whole, 300)
      .option('--baseline <seconds>', 'of load before the first change', whole, 20)
      .option('--per-second <n>', 'requests', whole, 300)
      .option('--streams <n>', 'of server-sent events, open all the time', whole, 200)
      .option('--waiting <n>', 'clients that wait in a queue all the time', whole, 50)
      .option('--engine <name>', 'which speaks HTTP with clients', 'lean')
      .option('--json <file>', 'keep the figures there')
      .option('--no-pin', 'leave the processes on any core')
      .action(run),
};
