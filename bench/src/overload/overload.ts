import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { Command } from 'commander';
import { type Benchmark, CannotRun } from '../benchmark.ts';
import { readWhole } from '../cost/read-whole.ts';
import { pinning } from '../process/pin.ts';
import type { Contender } from './contenders/contender.ts';
import { contenders } from './contenders/index.ts';
import { peerOf } from './contenders/peer.ts';
import { judge } from './judge.ts';
import { isThere, measure, measureCapacity } from './measure.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';
import { type Row, rowOf } from './spread.ts';
import { overloadTable } from './table.ts';

interface OverloadOptions {
  only?: string[];
  scenario?: string[];
  seed: number;
  runs: number;
  peer?: string[];
  json?: string;
  pin: boolean;
}

function chosen<T extends { name: string }>(
  what: string,
  all: readonly T[],
  names: string[] | undefined,
): readonly T[] {
  const known = all.map(({ name }) => name);
  for (const name of names ?? []) {
    if (!known.includes(name)) {
      throw new CannotRun(`no ${what} "${name}"; there are ${known.join(', ')}`);
    }
  }
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

function present(wanted: readonly Contender[]): Contender[] {
  return wanted.filter(({ name, needs }) => {
    const missing = needs.filter((program) => !isThere(program));
    if (missing.length > 0) console.log(`left out: ${name}, no ${missing.join(' or ')} here`);
    return missing.length === 0;
  });
}

async function run(options: OverloadOptions): Promise<void> {
  const pins = pinning(options.pin);
  const peers = (options.peer ?? []).map(peerOf);
  const competitors = present(chosen('proxy', [...contenders, ...peers], options.only));
  const seeds = Array.from({ length: options.runs }, (_, i) => options.seed + i);
  const plays: readonly Scenario[] = chosen('scenario', scenarios, options.scenario);
  const environment = `Node ${process.version}, Linux ${release()}, ${cpus()[0]?.model.trim()}`;
  console.log(`${environment}; ${pins.description}`);
  for (const { name, what } of competitors) console.log(`  ${name.padEnd(16)}${what}`);
  const results: { scenario: string; capacity: number; rows: Row[] }[] = [];
  for (const scenario of plays) {
    const capacity = await measureCapacity(options.seed, pins);
    const rows: Row[] = [];
    for (const contender of competitors) {
      const runs: Row['runs'][number][] = [];
      for (const seed of seeds) {
        const measured = await measure(contender, scenario, seed, pins);
        runs.push({ seed, figures: judge(scenario, measured, capacity) });
      }
      rows.push(rowOf(contender.name, runs));
    }
    console.log(`\n${overloadTable(scenario, rows)}`);
    console.log(`(the backend alone: ${capacity.toFixed(0)} a second)`);
    results.push({ scenario: scenario.name, capacity, rows });
  }
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ environment, options, results }, null, 2)}\n`);
  }
}

/** What is left of a fragile backend's work when more is asked of it than it can do. */
export const overload: Benchmark = {
  command: () =>
    new Command('overload')
      .description('goodput before a backend of 20 workers, whatever is offered')
      .option('--only <names...>', `of ${contenders.map(({ name }) => name).join(', ')}`)
      .option('--scenario <names...>', `of ${scenarios.map(({ name }) => name).join(', ')}`)
      .option('--seed <n>', 'of arrivals', readWhole, 1)
      .option('--runs <n>', 'of each, with seeds from that on; medians are shown', readWhole, 1)
      .option('--peer <name=command...>', 'further proxies, with {port}, {upstream}, {folder}')
      .option('--json <file>', 'write all figures there, of each run by its seed, and their spread')
      .option('--no-pin', 'let the system choose the cores')
      .action(run),
};
