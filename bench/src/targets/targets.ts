import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { Command } from 'commander';
import { type Benchmark, CannotRun } from '../benchmark.ts';
import { alignColumns } from '../cost/table.ts';
import { pinning } from '../process/pin.ts';
import { contenders } from './contenders.ts';
import { type Measured, measure } from './measure.ts';
import { troubles } from './troubles.ts';

interface TargetsOptions {
  only?: string[];
  trouble?: string[];
  json?: string;
  pin: boolean;
}

const head = [
  ...[
    'proxy',
    'asked',
    'failed',
    'after 1 s',
    'share in trouble',
    'share back',
    'share at the end',
  ],
];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const lineOf = (name: string, { asked, failed, failedLater, share }: Measured): string[] => [
  ...[name, String(asked), String(failed), String(failedLater)],
  ...[percent(share.trouble), percent(share.back), percent(share.end)],
];

function named<Item extends { name: string }>(
  what: string,
  all: readonly Item[],
  names: string[] | undefined,
): readonly Item[] {
  const unknown = names?.find((name) => !all.some((item) => item.name === name));
  if (unknown !== undefined) {
    throw new CannotRun(
      `no ${what} "${unknown}"; there are ${all.map(({ name }) => name).join(', ')}`,
    );
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

async function run(options: TargetsOptions): Promise<void> {
  const pins = pinning(options.pin);
  const competitors = named('proxy', contenders, options.only).filter(({ name, program }) => {
    const there = program === null || spawnSync(program, ['-v']).error === undefined;
    if (!there) console.log(`left out: ${name}, no ${program} here`);
    return there;
  });
  const environment = `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`;
  console.log(`${environment}; ${pins.description}; 300 requests a second, three targets of 20 ms`);
  for (const { name, what } of competitors) console.log(`  ${name.padEnd(18)}${what}`);
  const results: Record<string, Record<string, Measured>> = {};
  for (const trouble of named('trouble', troubles, options.trouble)) {
    const measured: Record<string, Measured> = {};
    for (const contender of competitors) {
      measured[contender.name] = await measure(contender, trouble, pins);
    }
    const lines = Object.entries(measured).map(([name, one]) => lineOf(name, one));
    console.log(`\n${trouble.name}: ${trouble.what}\n${alignColumns([head, ...lines])}`);
    results[trouble.name] = measured;
  }
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ environment, options, results }, null, 2)}\n`);
  }
}

/** What it costs when one of three targets is in trouble, beside HAProxy with the same checks. */
export const targets: Benchmark = {
  command: () =>
    new Command('targets')
      .description('failed requests and shares while one of three targets is in trouble')
      .option('--only <names...>', `of ${contenders.map(({ name }) => name).join(', ')}`)
      .option('--trouble <names...>', `of ${troubles.map(({ name }) => name).join(', ')}`)
      .option('--json <file>', 'write all figures there')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
