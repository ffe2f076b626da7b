import { Command } from 'commander';
import { type Benchmark, CannotRun } from './benchmark.ts';
import { ci } from './ci/ci.ts';
import { cost } from './cost/cost.ts';
import { deploy } from './deploy/deploy.ts';
import { overload } from './overload/overload.ts';
import { targets } from './targets/targets.ts';
import { watching } from './watching/watching.ts';

/** Every benchmark; a new one is a folder and a line here. */
const benchmarks: readonly Benchmark[] = [cost, deploy, overload, targets, watching, ci];

const program = new Command('bench').description(
  'Spillway beside other proxies: same upstream, same load, one run.',
);
for (const benchmark of benchmarks) program.addCommand(benchmark.command());

try {
  await program.parseAsync();
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = error instanceof CannotRun ? 2 : 1;
}
