import { commandNames } from '@spillway/contracts';
import { addFlags, resolveOptions } from '@spillway/options';
import { createProgram, runArguments } from '@spillway/terminal';
import type { Command } from 'commander';
import { exitUsage } from './exit-codes.ts';
import { examples } from './help.ts';
import {
  type LoadtestOptions,
  loadtestOptions,
  type ResolvedLoadtestOptions,
} from './loadtest-options.ts';
import { flagsOfNoUse, mergeCommand, mergeKeys } from './merge-command.ts';
import { reportProblems } from './report-problems.ts';
import type { LoadtestSurroundings } from './surroundings.ts';
import { version } from './version.ts';

/** Runs a load with a configuration that holds; gives the exit code. */
export type Run = (resolved: ResolvedLoadtestOptions) => Promise<number>;

/** Parses the arguments, runs the command they name, and gives the exit code. */
export async function runProgram(
  argv: readonly string[],
  run: Run,
  surroundings: LoadtestSurroundings,
): Promise<number> {
  let code = 0;
  const program = createProgram({
    name: commandNames.loadtest,
    description: 'A load tester with truthful numbers, and the knee.',
    usage: '[command] [options] [url]',
    version,
    examples,
  });

  const running = program
    .command('run', { isDefault: true })
    .description('send a load and report on it; what happens when no command is named');
  const runFlags = addFlags(running, loadtestOptions);
  running.action(async () => {
    const resolution = resolveOptions(loadtestOptions, runFlags(), surroundings);
    code = resolution.ok
      ? await run(resolution.resolved)
      : reportProblems(resolution.problems, surroundings);
  });

  const merging = program
    .command('merge')
    .description('add the JSON reports of several machines and judge the whole')
    .argument('<files...>', 'what --json wrote');
  const mergeFlags = addFlags(merging, loadtestOptions);
  hideOthers(merging, mergeKeys);
  merging.action(() => {
    const flags = mergeFlags();
    const resolution = resolveOptions(loadtestOptions, flags, surroundings);
    const problems = [...flagsOfNoUse(flags), ...(resolution.ok ? [] : resolution.problems)];
    code =
      resolution.ok && problems.length === 0
        ? mergeCommand(merging.args, resolution.resolved, surroundings)
        : reportProblems(problems, surroundings);
  });

  return (await runArguments(program, argv)) ? code : exitUsage;
}

function hideOthers(command: Command, shown: readonly (keyof LoadtestOptions)[]): void {
  const flags = shown.map((key) => loadtestOptions.options[key].flag.slice(2));
  for (const option of command.options) {
    const name = option.name().replace(/^no-/, '');
    if (!flags.includes(name)) option.hideHelp();
  }
}
